using System.Globalization;
using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Weighting;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// The loop: windows of samples, one optimizer step each, validation, metrics, checkpoints, and at the end the finished student.
/// Synchronous, on the calling thread; only pictures are decoded on another.
/// </summary>
public sealed class DistillTrainer
{
    /// <summary>The name of a step's metrics among the numbers of a state, where they are not written yet.</summary>
    internal const string PendingRow = "row";

    private readonly DistillSession _session;
    private readonly RunFolder _run;
    private readonly TrainSettings _train;
    private readonly int _totalSteps;
    private readonly LearningRate _rate;
    private readonly SkippedSamples _skipped;
    private IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> _numbers = new Dictionary<string, IReadOnlyDictionary<string, double>>();
    private bool _isSaved = true;
    private bool _isMoving;
    private bool _stoppedEarly;
    private string? _newestModel;

    /// <summary>A trainer for one run.</summary>
    /// <param name="session">The opened models and samples; left to the caller.</param>
    /// <param name="run">The run folder, freshly created or reopened.</param>
    public DistillTrainer(DistillSession session, RunFolder run)
    {
        (_session, _run, _train) = (session, run, session.Recipe.Train);
        // Epochs whose skipped samples end windows have fewer steps. The session has refused longer runs than an int counts.
        _totalSteps = _train.Epochs is not null && session.Recipe.QuirksInForce().SkipsUndistilled
            ? Windows().Count()
            : checked((int)RunLength.Steps(_train, session.Samples.Count));
        _rate = new LearningRate(_train.LearningRate, _train.Schedule, _totalSteps, _train.WarmupSteps, _train.MinimumRate);
        _skipped = new SkippedSamples(run.SkippedFile);
    }

    /// <summary>Trains to the end, or until cancelled: then the state after the last whole step is saved as a checkpoint.</summary>
    /// <param name="progress">Told after every optimizer step.</param>
    /// <param name="validating">Told during a validation.</param>
    /// <param name="cancellation">Checked before every sample.</param>
    /// <exception cref="InputException">
    /// A sample cannot be read, a loss or gradient is not finite, memory or the disk is full; what was reached is saved where possible.
    /// </exception>
    public TrainingOutcome Run(
        IProgress<TrainingProgress>? progress = null, IProgress<DataProgress>? validating = null, CancellationToken cancellation = default)
    {
        using TrainingParts parts = new(_session);
        IReadOnlyList<MetricsRow> earlier = Restore(parts, out MetricsWriter metrics);
        using MetricsWriter owned = metrics;
        string failure = "a fault of the program";
        try
        {
            Loop(parts, metrics, earlier, progress, validating, cancellation);
            _run.WriteFinal(folder => parts.Export(_session, folder));
            _run.End(RunState.Finished, parts.Counters.Step, _stoppedEarly ? "validations no longer got better" : null);
            return Outcome(parts, wasCancelled: false, _run.FinalFolder);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            SaveCheckpoint(parts, metrics);
            _run.End(RunState.Cancelled, parts.Counters.Step, "stopped by the user");
            return Outcome(parts, wasCancelled: true, _newestModel);
        }
        catch (InputException exception)
        {
            failure = exception.Message;
            SaveCheckpointAfter(exception, parts, metrics);
            throw;
        }
        finally
        {
            if (_run.Status.State == RunState.Running)
            {
                _run.End(RunState.Failed, parts.Counters.Step, failure);
            }
        }
    }

    /// <summary>Takes up the newest checkpoint of a reopened run; a run without one starts at its beginning.</summary>
    private IReadOnlyList<MetricsRow> Restore(TrainingParts parts, out MetricsWriter metrics)
    {
        IReadOnlyList<long> steps = _run.ResumableSteps();
        if (steps.Count > 0)
        {
            parts.Restore(_run.StateFolder(steps[^1]));
            _newestModel = _run.CheckpointFolder(steps[^1]);
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
        metrics = File.Exists(_run.MetricsFile)
            ? MetricsWriter.Continue(_run.MetricsFile, written, out earlier)
            : new MetricsWriter(_run.MetricsFile);
        return earlier;
    }

    private void Loop(
        TrainingParts parts,
        MetricsWriter metrics,
        IReadOnlyList<MetricsRow> earlier,
        IProgress<TrainingProgress>? progress,
        IProgress<DataProgress>? validating,
        CancellationToken cancellation)
    {
        using TensorBoardLog? board = _session.Recipe.Log.Tensorboard ? new TensorBoardLog(_run.TensorBoardFolder, earlier, IsLogDue) : null;
        using SampleFeed feed = new(Windows(parts.Counters.Step).SelectMany(window => window.Run), _session.Encoder, cancellation);
        Validator? validator = _session.CreateValidator();
        StepClock clock = new(parts.Counters, _totalSteps, earlier.Count == 0 ? 0 : earlier[^1].Values.GetValueOrDefault("elapsed_seconds"));
        if (_numbers.ContainsKey(PendingRow))
        {
            FinishStep(null);
        }

        foreach (SampleWindow window in Windows(parts.Counters.Step))
        {
            if (_stoppedEarly)
            {
                break;
            }

            StepLog log = new();
            clock.BeginStep();
            TrainingProgress step = TakeStep(parts, window, feed, log, clock, cancellation);
            Remember(parts, MetricsRecord.Of(step));
            FinishStep(step);
        }

        void FinishStep(TrainingProgress? step)
        {
            int number = parts.Counters.Step;
            ValidationResult? validation = null;
            if (validator is not null && (number % _session.Recipe.Validation.Every == 0 || number == _totalSteps))
            {
                validation = Validate(parts, validator, validating, cancellation);
                Remember(parts, _numbers[PendingRow].Concat(MetricsRecord.Of(validation)));
            }

            IReadOnlyDictionary<string, double> row = _numbers[PendingRow];
            metrics.Write(number, row);
            _numbers = parts.Numbers();
            if (IsLogDue(number))
            {
                board?.Write(number, row);
            }

            if (step is not null)
            {
                progress?.Report(step with { Validation = validation });
            }

            _stoppedEarly = _session.Recipe.Validation.Patience is int patience and > 0 && parts.Counters.ValidationsSinceBest >= patience;
            if (_session.Recipe.Checkpoint.Every > 0 && number % _session.Recipe.Checkpoint.Every == 0)
            {
                SaveCheckpoint(parts, metrics);
            }
        }
    }

    /// <summary>A step is done, but its metrics are not written: what an interruption saves now holds them, and the resumed run writes them first.</summary>
    private void Remember(TrainingParts parts, IEnumerable<KeyValuePair<string, double>> row)
    {
        Dictionary<string, IReadOnlyDictionary<string, double>> numbers = new(parts.Numbers()) { [PendingRow] = new Dictionary<string, double>(row) };
        _numbers = numbers;
        _isSaved = false;
    }

    private TrainingProgress TakeStep(
        TrainingParts parts, SampleWindow window, SampleFeed feed, StepLog log, StepClock clock, CancellationToken cancellation)
    {
        int measureEvery = _session.Recipe.Log.MeasureEvery;
        parts.Updates.BeginWindow(measures: measureEvery > 0 && parts.Counters.Step % measureEvery == 0);
        IReadOnlyDictionary<TrainingTask, double> weights = TrainingTasks.All.Where(task => parts.Weighting[task] > 0).ToDictionary(task => task, task => parts.Weighting[task]);
        double scale = 1.0 / (_session.Recipe.QuirksInForce().KeepsWindowScale ? _train.SamplesPerStep() : window.Samples.Count);
        List<Problem> left = [];
        void Run(IReadOnlyList<Sample> samples)
        {
            foreach (Sample[] batch in samples.Chunk(parts.Updates.RunsSamplesAlone ? 1 : _train.BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                EncodedSample[] encoded = [.. batch.Select(_ => feed.Next())];
                if (RunBatch(parts, encoded, scale, log) is NonfiniteException nonfinite)
                {
                    left.Add(nonfinite.Problem);
                    parts.Counters.Skipped += nonfinite.Samples;
                    _skipped.Add(parts.Counters.Step + 1, nonfinite.Problem);
                }
            }
        }

        Run(window.Lost);
        parts.Updates.LoseGradients();
        Run(window.Samples);
        WindowStatistics? statistics = parts.Updates.EndWindow(log);
        double norm = parts.Updates.Sum.Norm();
        if (!double.IsFinite(norm))
        {
            throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"optimizer step {parts.Counters.Step + 1}"),
                "the gradient of the window is too large for a number. The step was not taken; lower train.learning_rate, or use precision float32.");
        }

        double rate = _rate.At(parts.Counters.Step);
        _isMoving = true; // A failure amid the update leaves weights that belong to no step.
        double? clip = Update(parts, norm, rate);
        if (statistics is not null)
        {
            parts.Weighting.Observe(statistics);
        }

        _isMoving = false;
        parts.Counters.Step++;
        parts.Counters.Samples += window.Run.Count();
        return clock.EndStep(log.Tokens, window.Run.Count()) with
        {
            Epoch = window.Epoch + 1,
            Losses = log.Means(),
            Weights = weights,
            Update = log.Summarize(),
            LearningRate = rate,
            GradientNorm = norm,
            ClipFactor = clip,
            LeftOut = left,
        };
    }

    /// <returns>What was left out, where the recipe allows it.</returns>
    private NonfiniteException? RunBatch(TrainingParts parts, EncodedSample[] batch, double scale, StepLog log)
    {
        string Names() => string.Join("; ", batch.Select(sample => sample.Source.Source));
        try
        {
            parts.Step.Run(batch, scale, log);
            return null;
        }
        catch (NonfiniteException exception) when (_train.OnNonfinite == OnNonfinite.SkipAndCount)
        {
            return exception;
        }
        catch (NonfiniteException exception)
        {
            throw new InputException(
                exception.Problem.Where,
                exception.Problem.What + " The step was not taken; lower train.learning_rate, use precision float32, or leave such samples out with train.on_nonfinite=skip-and-count.",
                exception);
        }
        catch (Exception exception) when (exception is OutOfMemoryException || (exception is ExternalException && MemoryShortage.IsMeant(exception.Message)))
        {
            throw new InputException(Names(), MemoryShortage.Explain(batch, exception.Message), exception);
        }
    }

    /// <summary>One optimizer step from the accumulated gradient; none where every sample was left out.</summary>
    private double? Update(TrainingParts parts, double norm, double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        if (parts.Updates.Sum.IsEmpty)
        {
            return _train.ClipNorm is null ? null : 1;
        }

        parts.Updates.Sum.HandTo(parts.Optimised);
        double? clip = _train.ClipNorm is double limit ? GradientClipping.Clip(parts.Optimised, norm, limit) : null;
        parts.Optimizer.Step(rate);
        parts.Weights.Publish();
        parts.Average?.Update();
        return clip;
    }

    private ValidationResult Validate(TrainingParts parts, Validator validator, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        ValidationResult result;
        using (parts.UseExported())
        {
            result = validator.Run(progress, cancellation);
        }

        double score = _session.Recipe.Validation.Metric == ValidationMetric.Loss ? -result.Loss : result.ExactMatch;
        if (parts.Counters.IsBest(score))
        {
            _run.WriteBest(folder => parts.Export(_session, folder));
        }

        return result;
    }

    private IEnumerable<SampleWindow> Windows(int skip) => Windows().Take(_totalSteps).Skip(skip);

    /// <summary>Every window of the epochs that the recipe asks for; endless where it asks for steps.</summary>
    private IEnumerable<SampleWindow> Windows()
    {
        IEnumerable<SampleWindow> windows = SampleOrder.Windows(_session.Samples, _train, new SeedStreams(_session.Recipe.Seed));
        if (_train.Epochs is int epochs)
        {
            windows = windows.TakeWhile(window => window.Epoch < epochs);
        }

        return _session.Recipe.QuirksInForce().SkipsUndistilled ? ReleasedWindows.WithoutUndistilled(windows, _session.Plan.IsDistilled) : windows;
    }

    private bool IsLogDue(long step) => step % _session.Recipe.Log.Every == 0 || step == _totalSteps;

    private TrainingOutcome Outcome(TrainingParts parts, bool wasCancelled, string? folder) => new(parts.Counters.Step, wasCancelled, folder)
    {
        Skipped = parts.Counters.Skipped,
        StoppedEarly = _stoppedEarly,
        BestStep = parts.Counters.BestStep > 0 ? parts.Counters.BestStep : null,
        BestFolder = parts.Counters.BestStep > 0 ? _run.BestFolder : null,
    };

    /// <summary>Saves what was reached before a failure; where that fails too, both are told.</summary>
    private void SaveCheckpointAfter(InputException failure, TrainingParts parts, MetricsWriter metrics)
    {
        try
        {
            SaveCheckpoint(parts, metrics);
        }
        catch (InputException second)
        {
            throw new InputException([.. failure.Problems, .. second.Problems.Except(failure.Problems)], failure);
        }
    }

    private void SaveCheckpoint(TrainingParts parts, MetricsWriter metrics)
    {
        if (_isSaved || _isMoving)
        {
            return;
        }

        int step = parts.Counters.Step;
        metrics.Flush();
        _run.WriteCheckpoint(step, _session.Recipe.Checkpoint.Keep, folder => parts.Export(_session, folder), folder => parts.Save(folder, _numbers));
        _newestModel = _run.CheckpointFolder(step);
        _isSaved = true;
    }
}
