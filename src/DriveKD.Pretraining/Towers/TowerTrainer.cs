using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Distillation.Optimization;
using DriveKD.Pretraining.Labels;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Pretraining.Towers;

/// <summary>
/// Trains a model's vision tower to say of each image token what it shows. A batch is one forward pass. At the end stands the model's
/// folder with the trained tower; all else in it is as it was, to the byte.
/// </summary>
public sealed class TowerTrainer
{
    /// <summary>The heads' file in the run folder.</summary>
    public const string HeadsFile = "heads.safetensors";

    /// <summary>Held-out pictures that are looked at in one pass.</summary>
    private const int LookedAtOnce = 100;

    private readonly TowerSession _session;
    private readonly RunFolder _run;
    private readonly TimeProvider _time;
    private readonly TowerTrainSettings _train;
    private readonly LearningRate _rate;

    /// <summary>A trainer for one run.</summary>
    /// <param name="session">The opened model and pictures; left to the caller.</param>
    /// <param name="run">The run folder, freshly created or reopened.</param>
    /// <param name="time">The clock.</param>
    public TowerTrainer(TowerSession session, RunFolder run, TimeProvider time)
    {
        (_session, _run, _time, _train) = (session, run, time, session.Recipe.Train);
        _rate = new LearningRate(_train.LearningRate, _train.Schedule, _train.Steps, _train.WarmupSteps, _train.MinimumRate);
    }

    /// <summary>Trains to the end, or until cancelled: then the state after the last whole step is saved as a checkpoint.</summary>
    /// <param name="progress">Told after every optimizer step.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <exception cref="InputException">A loss is not finite, the disk is full, or a resumed run's state is damaged; what was reached is saved.</exception>
    public TowerOutcome Run(IProgress<TowerProgress>? progress = null, CancellationToken cancellation = default)
    {
        using TowerParts parts = new(_session);
        string failure = "a fault of the program";
        try
        {
            IReadOnlyList<long> steps = _run.ResumableSteps();
            if (steps.Count > 0)
            {
                parts.Restore(_run.StateFolder(steps[^1]));
            }

            IReadOnlyList<MetricsRow> earlier = [];
            using MetricsWriter metrics = File.Exists(_run.MetricsFile)
                ? MetricsWriter.Continue(_run.MetricsFile, parts.Step, out earlier)
                : new MetricsWriter(_run.MetricsFile);
            double earlierSeconds = earlier.Count == 0 ? 0 : earlier[^1].Values.GetValueOrDefault("elapsed_seconds");
            TowerAccuracy? heldOut;
            try
            {
                heldOut = Loop(parts, metrics, earlierSeconds, progress, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                SaveCheckpoint(parts, metrics);
                _run.End(RunState.Cancelled, parts.Step, "stopped by the user");
                return new TowerOutcome(parts.Step, WasCancelled: true, parts.Step == 0 ? null : _run.CheckpointFolder(parts.Step), null);
            }

            _run.WriteFinal(parts.Export);
            parts.WriteHeads(Path.Combine(_run.Path, HeadsFile));
            _run.End(RunState.Finished, parts.Step);
            return new TowerOutcome(parts.Step, WasCancelled: false, _run.FinalFolder, heldOut ?? Look(parts));
        }
        catch (InputException exception)
        {
            failure = exception.Message;
            throw;
        }
        finally
        {
            if (_run.Status.State == RunState.Running)
            {
                _run.End(RunState.Failed, parts.Step, failure);
            }
        }
    }

    private TowerAccuracy? Loop(
        TowerParts parts, MetricsWriter metrics, double earlierSeconds, IProgress<TowerProgress>? progress, CancellationToken cancellation)
    {
        PictureOrder order = new(_session.Training.Count, _train.BatchSize, new SeedStreams(_session.Recipe.Seed));
        long begin = _time.GetTimestamp();
        int first = parts.Step;
        TowerAccuracy? last = null;
        while (parts.Step < _train.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            double rate = _rate.At(parts.Step);
            (double loss, double norm) = TakeStep(parts, metrics, order.At(parts.Step), rate);
            bool isLooked = parts.Step % _train.EvaluateEvery == 0 || parts.Step == _train.Steps;
            last = isLooked ? Look(parts) : null;
            double seconds = _time.GetElapsedTime(begin).TotalSeconds;
            metrics.Write(parts.Step, Row(loss, norm, rate, earlierSeconds + seconds, last));
            progress?.Report(new TowerProgress(parts.Step, _train.Steps, loss, (parts.Step - first) / Math.Max(1e-9, seconds), last));
            if (_session.Recipe.Checkpoint.Every > 0 && parts.Step % _session.Recipe.Checkpoint.Every == 0)
            {
                SaveCheckpoint(parts, metrics);
            }
        }

        return last;
    }

    private (double Loss, double Norm) TakeStep(TowerParts parts, MetricsWriter metrics, ReadOnlySpan<int> pictures, double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        TowerBatch batch = TowerBatch.Create(_session.Training, pictures, _session.Device);
        Tensor loss = parts.Heads.Loss(_session.Tower.EncodePatches(batch.Pixels_N3HW), batch);
        loss.backward();
        double value = loss.item<float>();
        double norm = parts.GradientNorm();
        if (!double.IsFinite(value) || !double.IsFinite(norm))
        {
            SaveCheckpoint(parts, metrics);
            throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"optimizer step {parts.Step + 1}"),
                string.Create(CultureInfo.InvariantCulture, $"has the loss {value} and the gradient norm {norm}, expected finite numbers. ")
                    + "The step was not taken; lower train.learning_rate or set train.clip_norm.");
        }

        parts.Update(rate, norm);
        return (value, norm);
    }

    private TowerAccuracy Look(TowerParts parts)
    {
        using IDisposable noGrad = no_grad();
        PictureSet set = _session.HeldOut;
        double loss = 0;
        OrderedDictionary<string, (long Found, long Asked)> counts = [];
        foreach (int[] pictures in Enumerable.Range(0, set.Count).Chunk(LookedAtOnce))
        {
            using DisposeScope scope = NewDisposeScope();
            TowerBatch batch = TowerBatch.Create(set, pictures, _session.Device);
            Tensor features_NSF = _session.Tower.EncodePatches(batch.Pixels_N3HW);
            loss += parts.Heads.Loss(features_NSF, batch).item<float>() * pictures.Length / set.Count;
            foreach ((string name, (long found, long asked)) in parts.Heads.Count(features_NSF, batch))
            {
                (long earlierFound, long earlierAsked) = counts.GetValueOrDefault(name);
                counts[name] = (earlierFound + found, earlierAsked + asked);
            }
        }

        return new TowerAccuracy(loss, counts.ToDictionary(entry => entry.Key, entry => (double)entry.Value.Found / entry.Value.Asked));
    }

    private static IEnumerable<KeyValuePair<string, double>> Row(double loss, double norm, double rate, double elapsed, TowerAccuracy? heldOut)
    {
        Dictionary<string, double> row = new() { ["loss"] = loss, ["gradient_norm"] = norm, ["learning_rate"] = rate, ["elapsed_seconds"] = elapsed };
        if (heldOut is not null)
        {
            row.Add("held_out.loss", heldOut.Loss);
            foreach ((string name, double accuracy) in heldOut.Heads)
            {
                row.Add("held_out.accuracy." + name, accuracy);
            }
        }

        return row;
    }

    private void SaveCheckpoint(TowerParts parts, MetricsWriter metrics)
    {
        if (parts.Step == 0 || _run.ResumableSteps().Contains(parts.Step))
        {
            return;
        }

        // A checkpoint must not be newer than the metrics.
        metrics.Flush();
        _run.WriteCheckpoint(parts.Step, _session.Recipe.Checkpoint.Keep, parts.Export, parts.Save);
    }
}
