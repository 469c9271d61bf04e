using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Verification;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>
/// Runs every model case of a folder laid out as golden/internvl: checkpoints in CHECKPOINT/, their cases in
/// goldens/CHECKPOINT/CASE.safetensors with CASE.json, and tables of tokens and tiles in goldens/tables/. What a case compares
/// follows from the tensors and keys it holds, not from its name.
/// </summary>
public static class InternVLGoldens
{
    private const string GoldenFolder = "goldens";
    private const string TableFolder = "tables";
    private const string TokenTable = "tokenizer.json";

    /// <summary>Whether a folder is laid out like this.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) => Directory.Exists(Path.Combine(folder, GoldenFolder));

    /// <summary>Runs the folder while the rows are enumerated: checkpoint after checkpoint, a case's rows together.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Pictures, device, choice of cases.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <returns>One row per case and stage. A checkpoint that cannot be opened is a failed row of each of its cases.</returns>
    /// <exception cref="InputException">The folder holds no case at all.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder, InternVLGoldenOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new InternVLGoldenOptions();
        string goldens = Path.Combine(folder, GoldenFolder);
        if (!Directory.Exists(goldens))
        {
            throw new InputException(folder, $"holds no folder {GoldenFolder}; checkpoints beside {GoldenFolder}/CHECKPOINT/CASE.safetensors are expected.");
        }

        string[] checkpoints = [.. Directory.EnumerateDirectories(goldens).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        string[] tables = Tables(goldens);
        if (tables.Length == 0 && !checkpoints.Any(checkpoint => checkpoint != TableFolder && Cases(goldens, checkpoint).Length > 0))
        {
            throw new InputException(goldens, "holds no case; CHECKPOINT/CASE.safetensors with CASE.json or tables/*.json are expected.");
        }

        PictureSource pictures = new(folder, options.Pictures);
        (string Checkpoint, string[] Cases)[] work = [.. checkpoints.Where(checkpoint => checkpoint != TableFolder)
            .Select(checkpoint => (checkpoint, Cases(goldens, checkpoint).Where(name => options.Wants($"{checkpoint}/{name}")).ToArray()))];
        int total = work.Sum(item => item.Cases.Length);
        int done = 0;
        void Report(string name) => options.Progress?.Report(new DataProgress(name, done++, total));
        IEnumerable<GoldenCheck> models = work.SelectMany(item => RunCheckpoint(folder, item.Checkpoint, item.Cases, options.Device, pictures, Report, cancellation));
        return models.Concat(RunTables(folder, [.. tables.Where(name => options.Wants($"{TableFolder}/{name}"))], checkpoints, options));
    }

    private static IEnumerable<GoldenCheck> RunCheckpoint(
        string folder, string checkpoint, string[] cases, Device device, PictureSource pictures, Action<string> report, CancellationToken cancellation)
    {
        if (cases.Length == 0)
        {
            yield break;
        }

        GoldenSubject? subject = TryLoad(Path.Combine(folder, checkpoint), device, pictures, out string? problem, cancellation);
        using (subject)
        {
            foreach (string name in cases)
            {
                cancellation.ThrowIfCancellationRequested();
                report($"{checkpoint}/{name}");
                IReadOnlyList<GoldenCheck> checks = subject is null
                    ? [Failed($"{checkpoint}/{name}", "load", problem!)]
                    : CaseRunner.Run(subject, $"{checkpoint}/{name}", Path.Combine(folder, GoldenFolder, checkpoint, name), cancellation);
                foreach (GoldenCheck check in checks)
                {
                    yield return check;
                }
            }
        }
    }

    private static GoldenSubject? TryLoad(string folder, Device device, PictureSource pictures, out string? problem, CancellationToken cancellation)
    {
        try
        {
            problem = null;
            return GoldenSubject.Load(folder, device, pictures, cancellation);
        }
        catch (InputException exception)
        {
            problem = exception.Problems.Count == 1 ? exception.Message : $"{exception.Problems[0]} (and {exception.Problems.Count - 1} more problems)";
            return null;
        }
    }

    private static List<GoldenCheck> RunTables(string folder, string[] tables, string[] checkpoints, InternVLGoldenOptions options)
    {
        string path = Path.Combine(folder, GoldenFolder, TableFolder);
        List<GoldenCheck> rows = [];
        if (tables.Contains(TokenTable))
        {
            rows.AddRange(Guard(TokenTable, RunTokenTable(folder, Path.Combine(path, TokenTable), checkpoints)));
        }

        if (tables.Length > 0 && ImageGoldens.AreIn(path))
        {
            rows.AddRange(Guard("pictures", ImageGoldens.Run(path, options.Pictures)));
        }

        // A row's case begins with the name of its table.
        string? TableOf(GoldenCheck row) => tables.FirstOrDefault(name => row.Case.StartsWith(name, StringComparison.Ordinal));
        IEnumerable<GoldenCheck> unknown = tables.Where(name => !rows.Exists(row => TableOf(row) == name)).Select(name => new GoldenCheck
        {
            Case = name,
            Stage = ModelStages.NotCompared,
            Compared = 0,
            NotCompared = 1,
            WorstAbsolute = 0,
            Tolerance = 0,
            Passed = true,
            Detail = "not compared: a table of unknown form",
        });
        return [.. rows.Where(row => TableOf(row) is not null || !row.Passed).Concat(unknown).Select(row => row with { Case = $"{TableFolder}/{row.Case}" })];
    }

    /// <summary>The table belongs to the tokenizer that all checkpoints share; where they differ, each is compared.</summary>
    private static IEnumerable<GoldenCheck> RunTokenTable(string folder, string file, string[] checkpoints)
    {
        Dictionary<string, string> seen = [];
        foreach (string checkpoint in checkpoints.Where(checkpoint => Directory.Exists(Path.Combine(folder, checkpoint))))
        {
            BpeTokenizer tokenizer = BpeTokenizer.Load(Path.Combine(folder, checkpoint));
            if (!seen.TryAdd(tokenizer.Fingerprint, checkpoint))
            {
                continue;
            }

            foreach (GoldenCheck check in TextGoldens.RunTable(file, tokenizer))
            {
                yield return check with { Case = $"{TokenTable} with {checkpoint}" };
            }
        }

        if (seen.Count == 0)
        {
            yield return Failed(TokenTable, ModelStages.Tokens, "no checkpoint folder holds a tokenizer to compare the table with");
        }
    }

    /// <summary>A broken table is a failed row; the rows before it stand.</summary>
    private static List<GoldenCheck> Guard(string caseName, IEnumerable<GoldenCheck> checks)
    {
        List<GoldenCheck> rows = [];
        try
        {
            rows.AddRange(checks);
        }
        catch (InputException exception)
        {
            rows.Add(Failed(caseName, ModelStages.Case, exception.Message));
        }

        return rows;
    }

    private static GoldenCheck Failed(string caseName, string stage, string detail) => new()
    {
        Case = caseName,
        Stage = stage,
        Compared = 0,
        WorstAbsolute = 0,
        Tolerance = 0,
        Passed = false,
        Detail = detail,
    };

    private static string[] Cases(string goldens, string checkpoint) =>
        [.. Directory.EnumerateFiles(Path.Combine(goldens, checkpoint))
            .Where(file => Path.GetExtension(file) is ".json" or ".safetensors")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Distinct()
            .Order(StringComparer.Ordinal)];

    private static string[] Tables(string goldens)
    {
        string folder = Path.Combine(goldens, TableFolder);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
            : [];
    }
}
