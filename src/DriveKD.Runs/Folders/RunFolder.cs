using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>
/// The folder of one run: what was asked for, by which program, what happened and what came out. docs/FORMATS.md describes its files.
/// Everything in it but <c>metrics.jsonl</c> and <c>tensorboard/</c>, which grow, is whole or absent at every instant.
/// </summary>
public sealed class RunFolder
{
    private const string CheckpointPrefix = "step-";

    private readonly TimeProvider _time;
    private RunStatus _status;

    private RunFolder(string path, RunStatus status, TimeProvider time) => (Path, _status, _time) = (path, status, time);

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The resolved recipe.</summary>
    public string RecipeFile => System.IO.Path.Combine(Path, "recipe.yaml");

    /// <summary>The program and the machine.</summary>
    public string EnvironmentFile => System.IO.Path.Combine(Path, "environment.json");

    /// <summary>One JSON object per optimizer step; the run's writer creates it.</summary>
    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>TensorBoard's event files; their writer creates it.</summary>
    public string TensorBoardFolder => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>The finished model as a complete checkpoint folder.</summary>
    public string FinalFolder => System.IO.Path.Combine(Path, "final");

    private string CheckpointsFolder => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>What became of the run so far.</summary>
    public RunStatus Status => _status;

    /// <summary>
    /// Checks that a run folder can be created, and changes nothing: to be called before anything large is loaded.
    /// </summary>
    /// <param name="path">The run folder.</param>
    /// <exception cref="InputException">The folder holds a run or other files, or the place cannot be written.</exception>
    public static void EnsureCanCreate(string path)
    {
        path = Normalize(path);
        if (File.Exists(path))
        {
            throw new InputException(path, $"is a file, expected a new folder for the run; {Advice(path)}");
        }

        if (File.Exists(System.IO.Path.Combine(path, RunStatus.FileName)))
        {
            throw new InputException(path, $"already holds a run{StateOf(path)}; {Advice(path)}");
        }

        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).FirstOrDefault() is { } found)
            {
                throw new InputException(path, $"already holds files ('{found}'), expected a new or empty folder for the run; {Advice(path)}");
            }

            string probe = System.IO.Path.Combine(FreeSpace.NearestFolder(path), $".drivekd-{Guid.NewGuid():N}");
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"the run folder cannot be created: {exception.Message}", exception);
        }
    }

    /// <summary>Creates a run folder with its recipe, environment and status.</summary>
    /// <param name="path">The run folder; it does not exist or is empty.</param>
    /// <param name="recipe">The resolved recipe.</param>
    /// <param name="environment">The program and the machine.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InputException">The folder cannot be created; then nothing is left of it.</exception>
    public static RunFolder Create(string path, string recipe, RunEnvironment environment, TimeProvider time)
    {
        EnsureCanCreate(path);
        path = Normalize(path);
        RunStatus status = new() { State = RunState.Running, StartedAt = time.GetLocalNow(), ProcessId = Environment.ProcessId };
        RunFolder run = new(path, status, time);
        bool isNew = !Directory.Exists(path);
        Claim(path);
        try
        {
            status.Write(path);
            AtomicFile.WriteText(run.RecipeFile, recipe);
            AtomicFile.WriteText(run.EnvironmentFile, environment.ToJson());
        }
        catch (InputException)
        {
            QuietDeletion.File(run.RecipeFile);
            QuietDeletion.File(run.EnvironmentFile);
            QuietDeletion.File(System.IO.Path.Combine(path, RunStatus.FileName));
            if (isNew)
            {
                QuietDeletion.Folder(path);
            }

            throw;
        }

        return run;
    }

    /// <summary>The checkpoint folder of an optimizer step, written or not.</summary>
    /// <param name="step">Optimizer steps done.</param>
    public string CheckpointFolder(long step) =>
        System.IO.Path.Combine(CheckpointsFolder, string.Create(CultureInfo.InvariantCulture, $"{CheckpointPrefix}{step:D6}"));

    /// <summary>Writes a checkpoint, whole or not at all, and then deletes the oldest ones.</summary>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="keep">How many of the newest are kept, this one included; at least 1.</param>
    /// <param name="write">Fills the folder whose path it is given.</param>
    /// <exception cref="InputException">The checkpoint could not be written; the earlier ones are still there.</exception>
    public void WriteCheckpoint(long step, int keep, Action<string> write)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        CreateCheckpointsFolder();
        AtomicFolder.Write(CheckpointFolder(step), write);
        foreach (long old in CheckpointSteps().SkipLast(keep))
        {
            Delete(CheckpointFolder(old));
        }
    }

    /// <summary>The steps of the checkpoints that are there, oldest first. One that was being written at a crash is not among them.</summary>
    public IReadOnlyList<long> CheckpointSteps() =>
        !Directory.Exists(CheckpointsFolder)
            ? []
            : [.. Directory.EnumerateDirectories(CheckpointsFolder)
                .Select(folder => System.IO.Path.GetFileName(folder))
                .Where(name => name.StartsWith(CheckpointPrefix, StringComparison.Ordinal))
                .Select(name => long.TryParse(name[CheckpointPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1)
                .Where(step => step >= 0)
                .Order()];

    /// <summary>Writes the finished model, whole or not at all.</summary>
    /// <param name="write">Fills the folder whose path it is given.</param>
    /// <exception cref="InputException">The folder could not be written.</exception>
    public void WriteFinal(Action<string> write) => AtomicFolder.Write(FinalFolder, write);

    /// <summary>Records how the run ended.</summary>
    /// <param name="state">Finished, cancelled or failed.</param>
    /// <param name="steps">Optimizer steps done.</param>
    /// <param name="reason">Why it failed or was cancelled.</param>
    /// <exception cref="InputException">The status could not be written; it still says that the run is running.</exception>
    public void End(RunState state, long steps, string? reason = null)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(state, RunState.Running);
        RunStatus ended = _status with { State = state, EndedAt = _time.GetLocalNow(), Steps = steps, Reason = reason };
        ended.Write(Path);
        _status = ended;
    }

    private static string Normalize(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>Of two runs that start at the same moment one gets the folder: the one that creates run.json.</summary>
    private static void Claim(string path)
    {
        string file = System.IO.Path.Combine(path, RunStatus.FileName);
        try
        {
            Directory.CreateDirectory(path);
            using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"the run folder cannot be created: {exception.Message}", exception);
        }
    }

    private static string StateOf(string path)
    {
        try
        {
            RunStatus status = RunStatus.Read(path);
            string state = status.State == RunState.Running ? "running, or ended without a word" : status.State.ToString().ToLowerInvariant();
            return string.Create(CultureInfo.InvariantCulture, $" (started {status.StartedAt:yyyy-MM-dd HH:mm}, {state})");
        }
        catch (InputException)
        {
            // The refusal stands whatever the file says.
            return "";
        }
    }

    private static string Advice(string path)
    {
        string free = Enumerable.Range(2, 1000).Select(number => $"{path}-{number}").FirstOrDefault(name => !System.IO.Path.Exists(name), path + "-new");
        return $"choose another, for example output={free}";
    }

    private static void Delete(string checkpoint)
    {
        // Renamed first: what is deleted halfway at a crash does not look like a checkpoint.
        string leaving = checkpoint + ".deleting";
        try
        {
            Directory.Move(checkpoint, leaving);
            Directory.Delete(leaving, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(checkpoint, $"the old checkpoint could not be deleted: {exception.Message}", exception);
        }
    }

    private void CreateCheckpointsFolder()
    {
        try
        {
            Directory.CreateDirectory(CheckpointsFolder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(CheckpointsFolder, $"could not be created: {exception.Message}", exception);
        }
    }
}
