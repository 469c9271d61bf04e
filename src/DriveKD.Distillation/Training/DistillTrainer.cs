using System.Diagnostics;
using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Distillation.Batching;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// The loop: windows of samples, one optimizer step each, metrics, checkpoints, and at the end the finished student. Synchronous,
/// on the calling thread; only pictures are decoded on another.
/// </summary>
public sealed class DistillTrainer
{
    private readonly DistillSession _session;
    private readonly RunFolder _run;
    private readonly TrainSettings _train;
    private readonly int _totalSteps;
    private readonly LearningRate _rate;
    private int _step;
    private bool _isSaved = true;
    private string? _newestModel;

    /// <summary>A trainer for one run.</summary>
    /// <param name="session">The opened models and samples; left to the caller.</param>
    /// <param name="run">The run folder, freshly created.</param>
    public DistillTrainer(DistillSession session, RunFolder run)
    {
        (_session, _run, _train) = (session, run, session.Recipe.Train);
        _totalSteps = checked((int)RunLength.Steps(_train, session.Samples.Count)); // The session has refused longer runs.
        _rate = new LearningRate(_train.LearningRate, _train.Schedule, _totalSteps, _train.WarmupSteps, _train.MinimumRate);
    }

    /// <summary>Trains to the end, or until cancelled: then the state after the last whole step is saved as a checkpoint.</summary>
    /// <param name="progress">Told after every optimizer step.</param>
    /// <param name="cancellation">Checked before every sample.</param>
    /// <exception cref="InputException">A sample cannot be read, a loss or gradient is not finite, or the disk is full; what was reached is saved where possible.</exception>
    public TrainingOutcome Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using TrainableWeights weights = new(
            _session.Student, _session.StudentFolder, _train, _session.Recipe.Precision, new SeedStreams(_session.Recipe.Seed));
        using AdamW optimizer = new(weights.Optimised, _train);
        string failure = "a fault of the program";
        try
        {
            Loop(weights, optimizer, progress, cancellation);
            _run.WriteFinal(folder => Save(weights, folder));
            _run.End(RunState.Finished, _step);
            return new TrainingOutcome(_step, WasCancelled: false, _run.FinalFolder);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            SaveCheckpoint(weights);
            _run.End(RunState.Cancelled, _step, "stopped by the user");
            return new TrainingOutcome(_step, WasCancelled: true, _newestModel);
        }
        catch (InputException exception)
        {
            failure = exception.Message;
            SaveCheckpointAfter(exception, weights);
            throw;
        }
        finally
        {
            if (_run.Status.State == RunState.Running)
            {
                _run.End(RunState.Failed, _step, failure);
            }
        }
    }

    private void Loop(TrainableWeights weights, AdamW optimizer, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using MetricsWriter metrics = new(_run.MetricsFile);
        using TensorBoardLog? board = _session.Recipe.Log.Tensorboard ? new TensorBoardLog(_run.TensorBoardFolder) : null;
        SeedStreams seeds = new(_session.Recipe.Seed);
        IEnumerable<SampleWindow> Windows() =>
            SampleOrder.Windows(_session.Samples, _train.Accumulation, _train.Shuffle, seeds).Take(_totalSteps);
        using SampleFeed feed = new(Windows().SelectMany(window => window.Samples), _session.Encoder, cancellation);

        Stopwatch watch = Stopwatch.StartNew();
        long samples = 0;
        foreach (SampleWindow window in Windows())
        {
            double begin = watch.Elapsed.TotalSeconds;
            StepLog log = new();
            for (int i = 0; i < window.Samples.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                log.Add(_session.Step.Run(feed.Next(), 1.0 / window.Samples.Count));
                weights.CollectGradients();
            }

            samples += window.Samples.Count;
            (double rate, double norm) = Update(weights, optimizer);
            TrainingProgress step = new()
            {
                Step = _step,
                TotalSteps = _totalSteps,
                Epoch = window.Epoch + 1,
                Samples = samples,
                Losses = log.Means(),
                LearningRate = rate,
                GradientNorm = norm,
                Tokens = log.Tokens,
                StepSeconds = watch.Elapsed.TotalSeconds - begin,
                ElapsedSeconds = watch.Elapsed.TotalSeconds,
            };
            metrics.Write(_step, MetricsRecord.Of(step));
            board?.Write(step, isDue: _step % _session.Recipe.Log.Every == 0 || _step == _totalSteps);
            progress?.Report(step);
            if (_session.Recipe.Checkpoint.Every > 0 && _step % _session.Recipe.Checkpoint.Every == 0)
            {
                SaveCheckpoint(weights);
            }
        }
    }

    /// <summary>One optimizer step from the accumulated gradient.</summary>
    private (double Rate, double GradientNorm) Update(TrainableWeights weights, AdamW optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        double norm = weights.GradientNorm();
        if (!double.IsFinite(norm))
        {
            throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"optimizer step {_step + 1}"),
                $"the gradient's norm is {norm.ToString(CultureInfo.InvariantCulture)}. The step was not taken; lower train.learning_rate, or use precision float32.");
        }

        double rate = _rate.At(_step);
        optimizer.Step(rate);
        weights.Publish();
        _step++;
        _isSaved = false;
        return (rate, norm);
    }

    /// <summary>Saves what was reached before a failure; where that fails too, both are told.</summary>
    private void SaveCheckpointAfter(InputException failure, TrainableWeights weights)
    {
        try
        {
            SaveCheckpoint(weights);
        }
        catch (InputException second)
        {
            throw new InputException([.. failure.Problems, .. second.Problems.Except(failure.Problems)], failure);
        }
    }

    private void SaveCheckpoint(TrainableWeights weights)
    {
        if (!_isSaved)
        {
            _run.WriteCheckpoint(_step, _session.Recipe.Checkpoint.Keep, folder => Save(weights, folder));
            _newestModel = _run.CheckpointFolder(_step);
            _isSaved = true;
        }
    }

    private void Save(TrainableWeights weights, string folder)
    {
        using ExportedWeights exported = weights.Export();
        CheckpointWriter.Write(_session.StudentFolder, folder, exported.Tensors);
    }
}
