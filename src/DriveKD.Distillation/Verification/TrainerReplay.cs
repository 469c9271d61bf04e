using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>Trains as a recorded run did, sample by sample, and compares on the way.</summary>
internal sealed class TrainerReplay : IDisposable
{
    private readonly TrainerFolder _folder;
    private readonly TrainerSettings _settings;
    private readonly GoldenCase _golden;
    private readonly StageTable _stages;
    private readonly RecordedSampleSet _set;
    private readonly IReadOnlyList<GoldenFacts> _microSteps;
    private readonly IReadOnlyList<GoldenFacts> _steps;
    private readonly bool _measures;
    private readonly TrainerWorld _world;
    private readonly MicroStepComparison _microStep;
    private readonly OptimizerStepComparison _step;
    private readonly ProjectionComparison _projection;
    private readonly Dictionary<int, EncodedSample> _encoded = [];
    private int _microStepsRun;
    private int _stepsTaken;

    /// <param name="case">The case.</param>
    /// <param name="stages">Where it is compared.</param>
    /// <param name="measures">Task gradients are formed also where the plain sum does without them.</param>
    /// <param name="disturbance">How far every weight is moved before the run, relative.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellation">Checked while models are read.</param>
    /// <exception cref="InputException">Models or samples are missing or do not fit the case.</exception>
    public TrainerReplay(TrainerCase @case, StageTable stages, bool measures, double disturbance, Device device, CancellationToken cancellation)
    {
        (_folder, _settings, _golden, _stages, _set) = (@case.Folder, @case.Settings, @case.Golden, stages, @case.Samples);
        (_microSteps, _steps, _measures) = (@case.MicroSteps, @case.OptimizerSteps, measures);
        _world = TrainerWorld.Open(_folder, _settings.Recipe, device, cancellation);
        _microStep = new MicroStepComparison(_world, @case.Order, _golden, _stages);
        _projection = new ProjectionComparison(
            _stages,
            _settings.Recipe.GradientsInForce().Support,
            _settings.Recipe.Precision == Precision.Float32 ? TrainerTolerances.Negligible : TrainerTolerances.Bfloat16Negligible);
        try
        {
            if (disturbance > 0)
            {
                _world.Disturb(disturbance);
            }

            _step = new OptimizerStepComparison(_world, @case.Order, _golden, _stages);
        }
        catch
        {
            _world.Dispose();
            throw;
        }
    }

    /// <summary>What the run trains, and the run itself.</summary>
    /// <param name="epochs">The recorded order of samples, by epoch.</param>
    /// <param name="cancellation">Checked before every sample.</param>
    /// <exception cref="InputException">A sample is unknown or its pictures are.</exception>
    /// <exception cref="NonfiniteException">A loss or gradient is no number.</exception>
    public void Run(IReadOnlyList<int[]> epochs, CancellationToken cancellation)
    {
        Dictionary<int, Sample> samples = epochs.SelectMany(epoch => epoch).Distinct().ToDictionary(index => index, SampleOf);
        Sample[][] order = [.. epochs.Select(epoch => epoch.Select(index => samples[index]).ToArray())];
        IEnumerable<SampleWindow> windows = order.Index().SelectMany(epoch => epoch.Item.Chunk(_settings.Recipe.Train.SamplesPerStep()), (epoch, window) => new SampleWindow(epoch.Index, window));
        if (_settings.Recipe.QuirksInForce().SkipsUndistilled)
        {
            windows = ReleasedWindows.WithoutUndistilled(windows, _world.Plan.IsDistilled);
        }

        foreach (SampleWindow window in windows)
        {
            TakeStep(window, cancellation);
        }

        // What follows the last step is run, too; its gradients are lost.
        _world.Parts.Updates.BeginWindow(_measures);
        RunSamples([.. order.SelectMany(epoch => epoch).Where(_world.Plan.IsDistilled).Skip(_microStepsRun)], cancellation);
        _world.Parts.Updates.LoseGradients();
        _stages[TrainerStages.Order].Same("micro-steps", _microSteps.Count, _microStepsRun);
        _stages[TrainerStages.Order].Same("optimizer steps", _steps.Count, _stepsTaken);
    }

    public void Dispose()
    {
        _step.Dispose();
        _world.Dispose();
    }

    private void TakeStep(SampleWindow window, CancellationToken cancellation)
    {
        TrainingParts parts = _world.Parts;
        parts.Updates.BeginWindow(_measures);
        RunSamples(window.Lost, cancellation);
        parts.Updates.LoseGradients();
        RunSamples(window.Samples, cancellation);
        WindowStatistics? statistics = parts.Updates.EndWindow(new StepLog());

        GoldenFacts? facts = _stepsTaken < _steps.Count ? _steps[_stepsTaken] : null;
        string name = string.Create(CultureInfo.InvariantCulture, $"step{_stepsTaken + 1:00}");
        double rate = _settings.Rate.At(_stepsTaken);
        if (facts is not null)
        {
            _stages[TrainerStages.Order].Same($"{name}, number", facts.Integer("optimizer_step") ?? _stepsTaken + 1, _stepsTaken + 1);
            _stages[TrainerStages.Order].Same($"{name}, micro-steps so far", facts.Integer("micro_steps_recorded_so_far") ?? _microStepsRun, _microStepsRun);
            _step.CompareGradient(facts, name, parts.Updates.Sum, rate);
        }

        using (NewDisposeScope())
        {
            parts.Updates.Sum.HandTo(parts.Optimised);
            parts.Optimizer.Step(rate);
            parts.Weights.Publish();
        }

        if (facts is not null)
        {
            _step.CompareParameters(facts, name);
        }

        if (statistics is not null)
        {
            new ReweightingComparison(_stages).Run(facts?.Object("reweighting"), name, parts.Weighting, statistics);
        }

        _stepsTaken++;
    }

    private void RunSamples(IReadOnlyList<Sample> samples, CancellationToken cancellation)
    {
        foreach (Sample sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            RunSample(sample);
            _microStepsRun++;
        }
    }

    private void RunSample(Sample sample)
    {
        GoldenFacts? facts = _microStepsRun < _microSteps.Count ? _microSteps[_microStepsRun] : null;
        string name = string.Create(CultureInfo.InvariantCulture, $"micro{_microStepsRun:00}");
        EncodedSample encoded = Encode(sample);
        if (facts is not null)
        {
            CompareSample(facts, name, encoded);
            _world.Order.Set(facts.Tasks("shuffled_order") ?? []);
        }

        _world.Parts.Updates.Watch = facts is null ? null : (gradients, report) =>
        {
            using DisposeScope scope = NewDisposeScope();
            _microStep.CompareGradients(facts, name, gradients, report);
            _projection.Run(facts, name, report);
        };
        StepLog log = new();
        _world.Parts.Step.Run([encoded], 1.0 / _settings.Recipe.Train.SamplesPerStep(), log);
        if (facts is not null)
        {
            _microStep.CompareLosses(facts, name, log.Means());
        }
    }

    private void CompareSample(GoldenFacts facts, string name, EncodedSample encoded)
    {
        StageTally order = _stages[TrainerStages.Order];
        order.Same($"{name}, number", facts.Integer("micro_step") ?? _microStepsRun, _microStepsRun);
        order.Same($"{name}, sample", facts.Integer("sample_index"), encoded.Source.Source.Index);
        order.Same($"{name}, capability", facts.Capability("capability"), encoded.Source.Capability);
        order.Same($"{name}, length", facts.Integer("T") ?? encoded.TokenIds.Count, encoded.TokenIds.Count);
        _microStep.CompareMix(facts, name, encoded.Source);
        CompareLayers(facts, name);
        AttentionComparison.Run(_world, encoded, _golden, name, _stages[TrainerStages.Attention]);
    }

    /// <summary>Which teacher layers each student layer follows in layer-group matching.</summary>
    private void CompareLayers(GoldenFacts facts, string name)
    {
        if (facts.Object("reasoning_layer_mapping") is not GoldenFacts mapping || !_world.Plan.Signals.TryGetValue(Capability.Reasoning, out Signals.ISignal? signal))
        {
            return;
        }

        IReadOnlyList<int> student = signal.StudentTaps.AttentionLayers;
        IReadOnlyList<int> teacher = signal.TeacherTaps.AttentionLayers;
        (IReadOnlyList<int> first, int size) = Signals.LayerGroups.Match(student.Count, teacher.Count);
        _stages[TrainerStages.LayerMapping].SameItems($"{name}, student layers", [.. mapping.Keys], [.. student.Select(layer => layer.ToString(CultureInfo.InvariantCulture))]);
        foreach ((int place, int layer) in student.Index())
        {
            string key = layer.ToString(CultureInfo.InvariantCulture);
            if (mapping.Integers(key) is IReadOnlyList<int> recorded)
            {
                _stages[TrainerStages.LayerMapping].SameItems($"{name}, student layer {key}", recorded, [.. teacher.Skip(first[place]).Take(size)]);
            }
        }
    }

    private Sample SampleOf(int index)
    {
        RecordedSample recorded = Recorded(index);
        return new Sample
        {
            Images = [.. Enumerable.Range(0, recorded.Pictures).Select(picture => new SampleImage(string.Empty, null, null))],
            Question = string.Empty,
            Answer = string.Empty,
            Capability = recorded.Capability,
            QuestionType = string.Empty,
            Source = new SourcePosition(_set.File, index, $"[{index}]"),
        };
    }

    private EncodedSample Encode(Sample sample)
    {
        int index = sample.Source.Index;
        if (!_encoded.TryGetValue(index, out EncodedSample? encoded))
        {
            RecordedSample recorded = Recorded(index);
            string[] pictures = [.. (recorded.Record?.Images ?? []).Select(image => image.RecordedPath)];
            if (pictures.Length != recorded.Pictures)
            {
                throw new InputException(_set.File, $"sample {index} shows {recorded.Pictures} pictures, and no record of data_*.json says which.");
            }

            IReadOnlyDictionary<int, float[]> pixels = _folder.Pictures.Pixels(pictures);
            SquareTiles processor = (SquareTiles)_world.Student.Config.Pictures;
            int side = processor.Side;
            if (pictures.Length > 0 && (pixels.Count > 1 || !pixels.ContainsKey(side)))
            {
                throw new InputException(Path.Combine(_folder.Path, "images.safetensors"), $"holds the pictures of sample {index} in other sizes than the models' {side} x {side}.");
            }

            _encoded.Add(index, encoded = recorded.Encode(processor, Pieces(pictures.Length, side, pixels), sample));
        }

        return encoded;
    }

    private static PicturePiece[] Pieces(int count, int side, IReadOnlyDictionary<int, float[]> pixels)
    {
        int size = 3 * side * side;
        return [.. Enumerable.Range(0, count).Select(i => new PicturePiece(side, side, pixels[side][(i * size)..((i + 1) * size)]))];
    }

    private RecordedSample Recorded(int index) => _set.Samples.FirstOrDefault(sample => sample.Index == index)
        ?? throw new InputException(_set.File, $"holds no sample {index}, which the case runs.");
}
