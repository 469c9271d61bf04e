using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Optimization;
using DriveKD.Distillation.Weighting;
using DriveKD.Runs.Folders;
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
    private readonly DistillSession _session;
    private readonly RunFolder _run;
    private readonly TrainSettings _train;
    private readonly int _totalSteps;
    private readonly LearningRate _rate;
    private bool _stoppedEarly;
    private string? _noted;

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
        using TrainingJournal journal = TrainingJournal.Open(_run, _session, parts, _totalSteps);
        string failure = "a fault of the program";
        try
        {
            Loop(parts, journal, progress, validating, cancellation);
            _run.WriteFinal(folder => parts.Export(_session, folder));
            _run.End(RunState.Finished, parts.Counters.Step, _stoppedEarly ? "validations no longer got better" : null);
            return Outcome(parts, wasCancelled: false, _run.FinalFolder);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            journal.SaveCheckpoint();
            _run.End(RunState.Cancelled, parts.Counters.Step, "stopped by the user");
            return Outcome(parts, wasCancelled: true, journal.NewestModel);
        }
        catch (InputException exception)
        {
            failure = exception.Message;
            journal.SaveCheckpointAfter(exception);
            throw;
        }
        catch (Exception exception) when (MemoryShortage.IsMeant(exception))
        {
            // Outside a batch: while gradients are combined, parameters are moved, or the student is validated.
            InputException shortage = new(string.Create(CultureInfo.InvariantCulture, $"after optimizer step {parts.Counters.Step}"), MemoryShortage.Explain(exception.Message), exception);
            failure = shortage.Message;
            journal.SaveCheckpointAfter(shortage);
            throw shortage;
        }
        finally
        {
            if (_run.Status.State == RunState.Running)
            {
                _run.End(RunState.Failed, parts.Counters.Step, failure);
            }
        }
    }

    private void Loop(
        TrainingParts parts,
        TrainingJournal journal,
        IProgress<TrainingProgress>? progress,
        IProgress<DataProgress>? validating,
        CancellationToken cancellation)
    {
        Validator? validator = _session.CreateValidator();
        StepClock clock = new(parts.Counters, _totalSteps, journal.EarlierSeconds);
        if (journal.Pending is not null)
        {
            // The run was interrupted between a step and its metrics.
            FinishStep(parts, journal, validator, validating, cancellation);
        }

        // A run may have been killed between its last validation and its end.
        _stoppedEarly = IsExhausted(parts.Counters);
        using SampleFeed feed = new(Windows(parts.Counters.Step).SelectMany(window => window.Run), _session.Encoder, cancellation);
        foreach (SampleWindow window in Windows(parts.Counters.Step))
        {
            if (_stoppedEarly)
            {
                break;
            }

            clock.BeginStep();
            TrainingProgress step = TakeStep(parts, journal, window, feed, clock, cancellation);
            journal.Hold(MetricsRecord.Of(step));
            ValidationResult? validation = FinishStep(parts, journal, validator, validating, cancellation);
            progress?.Report(step with { Validation = validation, Notices = NewNotices() });
            if (_session.Recipe.Checkpoint.Every > 0 && step.Step % _session.Recipe.Checkpoint.Every == 0)
            {
                journal.SaveCheckpoint();
            }
        }
    }

    /// <summary>What the user and the run folder have not been told yet.</summary>
    private string[] NewNotices()
    {
        if (_session.CacheNotice is not string notice || notice == _noted)
        {
            return [];
        }

        _noted = notice;
        _run.Note(notice);
        return [notice];
    }

    private TrainingProgress TakeStep(
        TrainingParts parts, TrainingJournal journal, SampleWindow window, SampleFeed feed, StepClock clock, CancellationToken cancellation)
    {
        StepLog log = new();
        int measureEvery = _session.Recipe.Log.MeasureEvery;
        parts.Updates.BeginWindow(measures: measureEvery > 0 && parts.Counters.Step % measureEvery == 0);
        IReadOnlyDictionary<TrainingTask, double> weights =
            TrainingTasks.All.Where(task => parts.Weighting[task] > 0).ToDictionary(task => task, task => parts.Weighting[task]);
        double scale = 1.0 / (_session.Recipe.QuirksInForce().KeepsWindowScale ? _train.SamplesPerStep() : window.Samples.Count);
        List<Problem> leftOut = [];
        void Run(IReadOnlyList<Sample> samples)
        {
            foreach (Sample[] batch in samples.Chunk(parts.Updates.RunsSamplesAlone ? 1 : _train.BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                EncodedSample[] encoded = [.. batch.Select(_ => feed.Next())];
                if (RunBatch(parts, encoded, scale, log) is NonfiniteException nonfinite)
                {
                    leftOut.Add(nonfinite.Problem);
                    parts.Counters.Skipped += nonfinite.Samples;
                    journal.LeaveOut(nonfinite.Problem);
                }
            }
        }

        Run(window.Lost);
        parts.Updates.LoseGradients();
        Run(window.Samples);
        WindowStatistics? statistics = EndWindow(parts, log);
        double norm = parts.Updates.Sum.Norm();
        if (!double.IsFinite(norm))
        {
            throw NotTaken(parts, "the gradient of the window is too large for a number.");
        }

        double rate = _rate.At(parts.Counters.Step);
        journal.BeginUpdate();
        double? clip = Update(parts, norm, rate);
        if (statistics is not null)
        {
            parts.Weighting.Observe(statistics);
        }

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
            LeftOut = leftOut,
        };
    }

    private static WindowStatistics? EndWindow(TrainingParts parts, StepLog log)
    {
        try
        {
            return parts.Updates.EndWindow(log);
        }
        catch (NonfiniteException exception)
        {
            throw NotTaken(parts, exception.Problem.What, exception);
        }
    }

    private static InputException NotTaken(TrainingParts parts, string what, Exception? cause = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"optimizer step {parts.Counters.Step + 1}"), what + " The step was not taken; lower train.learning_rate, or use precision float32.", cause);

    /// <summary>Runs a batch.</summary>
    /// <returns>What was left out, where the recipe allows it.</returns>
    private NonfiniteException? RunBatch(TrainingParts parts, EncodedSample[] batch, double scale, StepLog log)
    {
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
        catch (Exception exception) when (MemoryShortage.IsMeant(exception))
        {
            throw new InputException(string.Join("; ", batch.Select(sample => sample.Source.Source)), MemoryShortage.Explain(batch, exception.Message), exception);
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

    /// <summary>Validates where that is due, and writes the step's metrics.</summary>
    private ValidationResult? FinishStep(
        TrainingParts parts, TrainingJournal journal, Validator? validator, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        ValidationSettings settings = _session.Recipe.Validation;
        ValidationResult? result = null;
        if (validator is not null && (parts.Counters.Step % settings.Every == 0 || parts.Counters.Step == _totalSteps))
        {
            using (parts.UseExported())
            {
                result = validator.Run(progress, cancellation);
            }

            if (parts.Counters.IsBest(settings.Metric == ValidationMetric.Loss ? -result.Loss : result.ExactMatch))
            {
                _run.WriteBest(folder => parts.Export(_session, folder));
            }

            _stoppedEarly = IsExhausted(parts.Counters);
            journal.Hold(journal.Pending!.Concat(MetricsRecord.Of(result)));
        }

        journal.WriteStep();
        return result;
    }

    private bool IsExhausted(TrainingCounters counters) =>
        _session.Recipe.Validation.Patience is int patience and > 0 && counters.ValidationsSinceBest >= patience;

    private IEnumerable<SampleWindow> Windows(int skip) => Windows().Take(_totalSteps).Skip(skip);

    /// <summary>Every window of the epochs that the recipe asks for; endless where it asks for steps.</summary>
    private IEnumerable<SampleWindow> Windows()
    {
        IEnumerable<SampleWindow> windows = SampleOrder.Windows(_session.Samples, _train, new SeedStreams(_session.Recipe.Seed));
        if (_train.Epochs is int epochs)
        {
            windows = windows.TakeWhile(window => window.Epoch < epochs);
        }

        windows = _session.Recipe.QuirksInForce().SkipsUndistilled ? ReleasedWindows.WithoutUndistilled(windows, _session.Plan.IsDistilled) : windows;
        return windows.Select(window => window.ByLength(sample => _session.Lengths[sample], _session.Batch));
    }

    private TrainingOutcome Outcome(TrainingParts parts, bool wasCancelled, string? folder) => new(parts.Counters.Step, wasCancelled, folder)
    {
        Skipped = parts.Counters.Skipped,
        StoppedEarly = _stoppedEarly,
        BestStep = parts.Counters.BestStep > 0 ? parts.Counters.BestStep : null,
        BestFolder = parts.Counters.BestStep > 0 ? _run.BestFolder : null,
    };
}
