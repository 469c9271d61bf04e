using System.IO.Enumeration;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Verification;

namespace DriveKD.Cli.Verification;

/// <summary>Compares folders one after the other.</summary>
internal static class GoldenRun
{
    /// <summary>Recognises every folder, then runs them.</summary>
    /// <param name="folders">At least one.</param>
    /// <param name="only">Cases wanted: part of a name, or a pattern with * and ?; null for all.</param>
    /// <param name="request">The user's options; the choice of cases is set here.</param>
    /// <exception cref="InputException">A folder is not recognised, or no case has the wanted name.</exception>
    public static IReadOnlyList<FolderResult> Run(IReadOnlyList<string> folders, string? only, Func<Func<string, bool>, VerifyRequest> request)
    {
        (string Folder, string Label, GoldenKind[] Kinds)[] recognised = Recognise(folders);
        List<FolderResult> results = [];
        foreach ((string folder, string label, GoldenKind[] kinds) in recognised)
        {
            bool Wants(string name) => only is null || Matches(only, name) || Matches(only, $"{label}/{name}");
            VerifyRequest ofFolder = request(Wants);
            results.Add(RunFolder(folder, label, kinds, ofFolder with { Progress = ofFolder.Progress is null ? null : new LabelledProgress(label, ofFolder.Progress) }));
        }

        if (results.TrueForAll(result => result.Checks.Count == 0 && result.Problems.Count == 0))
        {
            throw new InputException(
                string.Join(", ", folders), only is null ? "no case was found." : $"no case has a name like '{only}'; a part of a name, or a pattern with * and ?, is expected.");
        }

        return results;
    }

    private static FolderResult RunFolder(string folder, string label, GoldenKind[] kinds, VerifyRequest request)
    {
        List<GoldenCheck> checks = [];
        List<Problem> problems = [];
        foreach (GoldenKind kind in kinds)
        {
            try
            {
                foreach (GoldenCheck check in kind.Run(folder, request))
                {
                    request.Cancellation.ThrowIfCancellationRequested();
                    if (!kind.ReportsProgress)
                    {
                        request.Progress?.Report(new DataProgress(check.Case, 0, 0));
                    }

                    if (request.Wants(check.Case))
                    {
                        checks.Add(check);
                    }
                }
            }
            catch (InputException exception)
            {
                // The other kinds and folders still run; the exit code says that this one did not.
                problems.AddRange(exception.Problems);
            }
        }

        return new FolderResult(folder, label, [.. kinds.Select(kind => kind.Name)], checks, problems);
    }

    private static (string Folder, string Label, GoldenKind[] Kinds)[] Recognise(IReadOnlyList<string> folders)
    {
        List<Problem> problems = [];
        string[] names = [.. folders.Select(folder => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))))];
        List<(string, string, GoldenKind[])> recognised = [];
        for (int i = 0; i < folders.Count; i++)
        {
            string folder = folders[i];
            GoldenKind[] kinds = Directory.Exists(folder) ? [.. GoldenKinds.All.Where(kind => kind.Recognises(folder))] : [];
            if (!Directory.Exists(folder))
            {
                problems.Add(new Problem(folder, "is not a folder."));
            }
            else if (kinds.Length == 0)
            {
                problems.Add(new Problem(folder, $"holds no goldens that are known: {string.Join("; ", GoldenKinds.All.Select(kind => $"{kind.Name} ({kind.Layout})"))}."));
            }

            recognised.Add((folder, names.Count(name => name == names[i]) > 1 ? folder : names[i], kinds));
        }

        return problems.Count > 0 ? throw new InputException(problems) : [.. recognised];
    }

    private static bool Matches(string pattern, string name) =>
        FileSystemName.MatchesSimpleExpression(pattern.AsSpan().IndexOfAny('*', '?') < 0 ? $"*{pattern}*" : pattern, name, ignoreCase: true);
}
