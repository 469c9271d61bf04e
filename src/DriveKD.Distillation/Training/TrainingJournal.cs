using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;

namespace DriveKD.Distillation.Training;

/// <summary>
/// What a training writes into its run folder: metrics, TensorBoard events, skipped samples, checkpoints. It knows at every instant what
/// a checkpoint may hold: the state behind the last whole step, and the metrics of that step where they are not written yet.
/// </summary>
internal sealed class TrainingJournal : IDisposable
{
    /// <summary>The name of a step's metrics among the numbers of a state, where they are not written yet.</summary>
    public const string PendingRow = "row";

    private readonly RunFolder _run;
    private readonly DistillSession _session;
    private readonly TrainingParts _parts;
    private readonly int _totalSteps;
    private readonly SkippedSamples _skipped;
    private readonly MetricsWriter _metrics;
    private readonly TensorBoardLog? _board;
    private IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> _numbers;
    private bool _isSaved = true;
    private bool _isMoving;

    private TrainingJournal(RunFolder run, DistillSession session, TrainingParts parts, int totalSteps)
    {
        (_run, _session, _parts, _totalSteps) = (run, session, parts, totalSteps);
        _skipped = new SkippedSamples(run.SkippedFile);
        IReadOnlyList<long> steps = run.ResumableSteps();
        if (steps.Count > 0)
        {
            parts.Restore(run.StateFolder(steps[^1]));
            NewestModel = run.CheckpointFolder(steps[^1]);
        }

        Dictionary<string, IReadOnlyDictionary<string, double>> numbers = new(parts.Numbers());
        int written = parts.Counters.Step;
        if (parts.PendingRow is { } row)
        {
            numbers.Add(PendingRow, row);
            written--;
        }

        _numbers = numbers;
        _skipped.KeepUntil(parts.Counters.Step);
        IReadOnlyList<MetricsRow> earlier = [];
        _metrics = File.Exists(run.MetricsFile) ? MetricsWriter.Continue(run.MetricsFile, written, out earlier) : new MetricsWriter(run.MetricsFile);
        _board = session.Recipe.Log.Tensorboard ? new TensorBoardLog(run.TensorBoardFolder, earlier, IsLogDue) : null;
        EarlierSeconds = earlier.Count == 0 ? 0 : earlier[^1].Values.GetValueOrDefault("elapsed_seconds");
    }

    /// <summary>The newest model folder that was written; null where none was.</summary>
    public string? NewestModel { get; private set; }

    /// <summary>Seconds that the run took before it was interrupted.</summary>
    public double EarlierSeconds { get; }

    /// <summary>The metrics of a whole step that are not written yet; null where there are none.</summary>
    public IReadOnlyDictionary<string, double>? Pending => _numbers.GetValueOrDefault(PendingRow);

    /// <summary>Opens the folder of a new run, or takes up the newest checkpoint of a reopened one; without a checkpoint it starts anew.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="session">The session.</param>
    /// <param name="parts">What training changes; a checkpoint's state is put into it.</param>
    /// <param name="totalSteps">Optimizer steps of the whole run.</param>
    /// <exception cref="InputException">The folder's state or metrics are damaged, or of another training.</exception>
    public static TrainingJournal Open(RunFolder run, DistillSession session, TrainingParts parts, int totalSteps) => new(run, session, parts, totalSteps);

    /// <summary>A sample of the step that is being computed was left out.</summary>
    public void LeaveOut(Problem problem) => _skipped.Add(_parts.Counters.Step + 1, problem);

    /// <summary>Weights begin to move: until the step is whole, a failure leaves them belonging to no step, and nothing is saved.</summary>
    public void BeginUpdate() => _isMoving = true;

    /// <summary>A step is whole, or has become more: what an interruption saves from now on is this.</summary>
    /// <param name="row">The step's metrics so far.</param>
    public void Hold(IEnumerable<KeyValuePair<string, double>> row)
    {
        _numbers = new Dictionary<string, IReadOnlyDictionary<string, double>>(_parts.Numbers()) { [PendingRow] = new Dictionary<string, double>(row) };
        (_isSaved, _isMoving) = (false, false);
    }

    /// <summary>Writes the metrics of the step that is held.</summary>
    /// <exception cref="InputException">The disk is full.</exception>
    public void WriteStep()
    {
        IReadOnlyDictionary<string, double> row = Pending ?? throw new InvalidOperationException("No step is held.");
        int step = _parts.Counters.Step;
        _metrics.Write(step, row);
        _numbers = _parts.Numbers();
        if (IsLogDue(step))
        {
            _board?.Write(step, row);
        }
    }

    /// <summary>Writes the state behind the last whole step, unless it is there already.</summary>
    /// <exception cref="InputException">The disk is full; earlier checkpoints are still there.</exception>
    public void SaveCheckpoint()
    {
        if (_isSaved || _isMoving)
        {
            return;
        }

        int step = _parts.Counters.Step;
        _metrics.Flush();
        _run.WriteCheckpoint(step, _session.Recipe.Checkpoint.Keep, folder => _parts.Export(_session, folder), folder => _parts.Save(folder, _numbers));
        NewestModel = _run.CheckpointFolder(step);
        _isSaved = true;
    }

    /// <summary>Saves what was reached before a failure; where that fails too, both are told.</summary>
    /// <param name="failure">The failure.</param>
    public void SaveCheckpointAfter(InputException failure)
    {
        try
        {
            SaveCheckpoint();
        }
        catch (InputException second)
        {
            throw new InputException([.. failure.Problems, .. second.Problems.Except(failure.Problems)], failure);
        }
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _board?.Dispose();
    }

    private bool IsLogDue(long step) => step % _session.Recipe.Log.Every == 0 || step == _totalSteps;
}
