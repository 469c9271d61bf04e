using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Compare;

/// <summary>
/// Where the results of runs lie: <c>runs/NAME</c> of the comparison, and by their content in a folder that comparisons share. A folder of a
/// result is whole or absent.
/// </summary>
/// <param name="output">The comparison's folder.</param>
/// <param name="cache">The shared folder; null for none.</param>
/// <param name="keepsModels">Whether a result counts only with its student.</param>
public sealed class RunStore(string output, string? cache, bool keepsModels)
{
    /// <summary>The folder of a kept student.</summary>
    public const string ModelName = "final";

    private static readonly string[] _files = [RunFacts.FileName, RunResult.AnswersName, "metrics.jsonl", "recipe.yaml"];

    /// <summary>The folder of a run's result, there or not.</summary>
    /// <param name="run">The run.</param>
    public string FolderOf(CompareRun run) => Path.Combine(output, "runs", run.Name);

    /// <summary>The folder that a run works in while it is made.</summary>
    /// <param name="run">The run.</param>
    public string WorkFolderOf(CompareRun run) => Path.Combine(output, "work", run.Name);

    /// <summary>Whether a run has a result that counts; one of the cache is taken over.</summary>
    /// <param name="run">The run.</param>
    /// <param name="key">The fingerprint of what decides it; null where any result counts.</param>
    public bool Has(CompareRun run, string? key)
    {
        string folder = FolderOf(run);
        if (Counts(folder, key) && (!keepsModels || Directory.Exists(Path.Combine(folder, ModelName))))
        {
            return true;
        }

        if (cache is null || key is null || keepsModels || !Counts(Path.Combine(cache, key), key))
        {
            return false;
        }

        Replace(folder, Path.Combine(cache, key), withModel: false);
        return true;
    }

    /// <summary>Reads a run's result, that of a failure too; null where there is none.</summary>
    /// <param name="run">The run.</param>
    public RunResult? Find(CompareRun run)
    {
        string folder = FolderOf(run);
        return RunFacts.Find(folder) is not { } facts ? null : new RunResult(run, facts, facts.Error is null ? RunResult.ReadAnswers(folder) : []);
    }

    /// <summary>Keeps what a run made in its work folder.</summary>
    /// <param name="run">The run, which did not fail.</param>
    /// <param name="key">Its fingerprint.</param>
    /// <param name="work">The folder that holds the files, the student under <see cref="ModelName"/>.</param>
    public void Keep(CompareRun run, string key, string work)
    {
        Replace(FolderOf(run), work, keepsModels);
        if (cache is not null && !Counts(Path.Combine(cache, key), key))
        {
            // Under a name of its own first: another comparison may keep the same run at the same moment.
            string own = Path.Combine(cache, $".{key}-{Environment.ProcessId}");
            Replace(own, work, withModel: false);
            try
            {
                Directory.Move(own, Path.Combine(cache, key));
            }
            catch (IOException) when (Counts(Path.Combine(cache, key), key))
            {
                Directory.Delete(own, recursive: true);
            }
        }
    }

    /// <summary>Keeps a failure, so that the report can tell it; the run is made again when the comparison goes on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="facts">With an error.</param>
    public void KeepFailure(CompareRun run, RunFacts facts)
    {
        string folder = FolderOf(run);
        Delete(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        AtomicFolder.Write(folder, facts.Write);
    }

    private static bool Counts(string folder, string? key) =>
        RunFacts.Find(folder) is { Error: null } facts && (key is null || facts.Key == key) && File.Exists(Path.Combine(folder, RunResult.AnswersName));

    private static void Replace(string folder, string from, bool withModel)
    {
        Delete(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        AtomicFolder.Write(folder, temporary =>
        {
            foreach (string name in _files.Where(name => File.Exists(Path.Combine(from, name))))
            {
                File.Copy(Path.Combine(from, name), Path.Combine(temporary, name));
            }

            if (withModel)
            {
                string model = Path.Combine(temporary, ModelName);
                Directory.CreateDirectory(model);
                foreach (string file in Directory.EnumerateFiles(Path.Combine(from, ModelName)))
                {
                    File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
                }
            }
        });
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
