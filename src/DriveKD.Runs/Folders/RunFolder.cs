using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>
/// The folder of one run: what was asked for, by which program, what happened and what came out. docs/FORMATS.md describes its files.
/// Everything in it but <c>metrics.jsonl</c> and <c>tensorboard/</c>, which grow, is whole or absent at every instant.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The folder of an evaluation's answers; a run that trains has none.</summary>
    public const string AnswersName = "answers";

    private const string CheckpointPrefix = "step-";

    private readonly TimeProvider _time;
    private readonly RunLock _lock;
    private RunStatus _status;

    private RunFolder(string path, RunStatus status, TimeProvider time, RunLock held) => (Path, _status, _time, _lock) = (path, status, time, held);

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

    /// <summary>The model that did best on the validation data, as a complete checkpoint folder.</summary>
    public string BestFolder => System.IO.Path.Combine(Path, "best");

    /// <summary>What the run reads: record files, pictures, models, program.</summary>
    public string InputsFile => System.IO.Path.Combine(Path, RunInputs.FileName);

    /// <summary>Samples that were left out of training; absent where none was.</summary>
    public string SkippedFile => System.IO.Path.Combine(Path, "skipped.tsv");

    private string StatesFolder => System.IO.Path.Combine(Path, "states");

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
        bool isNew = !Directory.Exists(path);
        Claim(path);
        RunFolder? run = null;
        try
        {
            run = new RunFolder(path, status, time, RunLock.Take(path));
            status.Write(path);
            AtomicFile.WriteText(run.RecipeFile, recipe);
            AtomicFile.WriteText(run.EnvironmentFile, environment.ToJson());
        }
        catch (InputException)
        {
            run?.Dispose();
            foreach (string name in (string[])["recipe.yaml", "environment.json", RunStatus.FileName, RunLock.FileName])
            {
                QuietDeletion.File(System.IO.Path.Combine(path, name));
            }

            if (isNew)
            {
                QuietDeletion.Folder(path);
            }

            throw;
        }

        return run;
    }

    /// <summary>Takes up a run that ended before its last step, whatever ended it: a kill, Ctrl-C, a failure.</summary>
    /// <param name="path">The run folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mayBeFinished">Whether a finished run is taken up too: an evaluation makes its results anew then, and asks what is new.</param>
    /// <exception cref="InputException">There is no run, it is finished, or another process is working in it; nothing was changed.</exception>
    public static RunFolder Reopen(string path, TimeProvider time, bool mayBeFinished = false)
    {
        path = Normalize(path);
        if (!Directory.Exists(path))
        {
            throw new InputException(path, "is no folder; the folder of an interrupted run is expected.");
        }

        if (File.Exists(System.IO.Path.Combine(path, RunStatus.FileName)) && !File.Exists(System.IO.Path.Combine(path, "recipe.yaml")))
        {
            throw new InputException(path, "holds a run that was killed while its folder was made: nothing was done, and its recipe is not there. Delete the folder and start the run again.");
        }

        RunStatus status = RunStatus.Read(path);
        if (status.State == RunState.Finished && !mayBeFinished)
        {
            throw new InputException(path, string.Create(
                CultureInfo.InvariantCulture, $"holds a run that is finished after {status.Steps} steps: there is nothing to resume. To train on, start a run from its final/ as models.student."));
        }

        return new RunFolder(path, status, time, RunLock.Take(path));
    }

    /// <summary>A reopened run is running again.</summary>
    /// <param name="fromStep">The optimizer step that it goes on from.</param>
    /// <param name="changes">What differs from the run as it was started.</param>
    /// <exception cref="InputException">The status could not be written.</exception>
    public void Continue(long fromStep, IReadOnlyList<string> changes)
    {
        RunResumption resumption = new() { At = _time.GetLocalNow(), FromStep = fromStep, Changes = changes.Count == 0 ? null : changes };
        RunStatus running = _status with
        {
            State = RunState.Running,
            EndedAt = null,
            Steps = null,
            Reason = null,
            ProcessId = Environment.ProcessId,
            Resumptions = [.. _status.Resumptions ?? [], resumption],
        };
        running.Write(Path);
        _status = running;
    }

    /// <summary>
    /// Records what readers of the run must know. Where it cannot be written now, as on a disk that is full for the moment, it is written with the
    /// run's end.
    /// </summary>
    /// <param name="notice">A sentence; one that was recorded already is not recorded again.</param>
    public void Note(string notice)
    {
        if (_status.Notices?.Contains(notice) == true)
        {
            return;
        }

        _status = _status with { Notices = [.. _status.Notices ?? [], notice] };
        try
        {
            _status.Write(Path);
        }
        catch (InputException)
        {
            // A notice must not end the run that it is about.
        }
    }

    /// <summary>Lets others take the run up.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The folder of what only training needs of an optimizer step (optimizer, weights at full precision, streams), written or not.</summary>
    /// <param name="step">Optimizer steps done.</param>
    public string StateFolder(long step) =>
        System.IO.Path.Combine(StatesFolder, string.Create(CultureInfo.InvariantCulture, $"{CheckpointPrefix}{step:D6}"));

    /// <summary>The steps that can be resumed from, oldest first: those with both a checkpoint and a state.</summary>
    public IReadOnlyList<long> ResumableSteps() => [.. StepsIn(CheckpointsFolder).Intersect(StepsIn(StatesFolder)).Order()];

    /// <summary>The checkpoint folder of an optimizer step, written or not.</summary>
    /// <param name="step">Optimizer steps done.</param>
    public string CheckpointFolder(long step) =>
        System.IO.Path.Combine(CheckpointsFolder, string.Create(CultureInfo.InvariantCulture, $"{CheckpointPrefix}{step:D6}"));

    /// <summary>Writes a checkpoint, whole or not at all, and then deletes the oldest ones.</summary>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="keep">How many of the newest are kept, this one included; at least 1.</param>
    /// <param name="write">Fills the model folder whose path it is given.</param>
    /// <param name="writeState">Fills the folder of what only training needs; null for a checkpoint that cannot be resumed from.</param>
    /// <exception cref="InputException">The checkpoint could not be written; the earlier ones are still there.</exception>
    public void WriteCheckpoint(long step, int keep, Action<string> write, Action<string>? writeState = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        if (writeState is not null)
        {
            CreateFolder(StatesFolder);
            Replace(StateFolder(step), writeState);
        }

        CreateFolder(CheckpointsFolder);
        Replace(CheckpointFolder(step), write);
        long[] kept = [.. CheckpointSteps().TakeLast(keep)];
        foreach (long old in StepsIn(CheckpointsFolder).Except(kept))
        {
            Delete(CheckpointFolder(old));
        }

        foreach (long old in StepsIn(StatesFolder).Except(kept))
        {
            Delete(StateFolder(old));
        }
    }

    /// <summary>Replaces the best model, whole or not at all.</summary>
    /// <param name="write">Fills the folder whose path it is given.</param>
    /// <exception cref="InputException">The folder could not be written; the earlier best is still there.</exception>
    public void WriteBest(Action<string> write) => Replace(BestFolder, write);

    /// <summary>The steps of the checkpoints that are there, oldest first. One that was being written at a crash is not among them.</summary>
    public IReadOnlyList<long> CheckpointSteps() => StepsIn(CheckpointsFolder);

    private static long[] StepsIn(string folder) =>
        !Directory.Exists(folder)
            ? []
            : [.. Directory.EnumerateDirectories(folder)
                .Select(folder => System.IO.Path.GetFileName(folder))
                .Where(name => name.StartsWith(CheckpointPrefix, StringComparison.Ordinal))
                .Select(name => long.TryParse(name[CheckpointPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1)
                .Where(step => step >= 0)
                .Order()];

    /// <summary>Writes the finished model, whole or not at all.</summary>
    /// <param name="write">Fills the folder whose path it is given.</param>
    /// <exception cref="InputException">The folder could not be written.</exception>
    public void WriteFinal(Action<string> write) => Replace(FinalFolder, write);

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

    /// <summary>Writes a folder whose name an earlier try may have taken; the old one goes only when the new one is whole.</summary>
    private static void Replace(string folder, Action<string> write)
    {
        if (!Directory.Exists(folder))
        {
            AtomicFolder.Write(folder, write);
            return;
        }

        string next = folder + ".next";
        QuietDeletion.Folder(next);
        AtomicFolder.Write(next, write);
        Delete(folder);
        try
        {
            Directory.Move(next, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, $"could not be replaced: {exception.Message} The new content is in {next}.", exception);
        }
    }

    private static void Delete(string checkpoint)
    {
        // Renamed first: what is deleted halfway at a crash does not look like a checkpoint.
        string leaving = checkpoint + ".deleting";
        try
        {
            if (Directory.Exists(leaving))
            {
                Directory.Delete(leaving, recursive: true);
            }

            Directory.Move(checkpoint, leaving);
            Directory.Delete(leaving, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(checkpoint, $"the old checkpoint could not be deleted: {exception.Message}", exception);
        }
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, $"could not be created: {exception.Message}", exception);
        }
    }
}
