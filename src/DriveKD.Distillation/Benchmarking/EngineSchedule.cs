using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>The engine as the trainer drives it: asymmetric projection per sample, published signals, language model trained, one set of teacher weights.</summary>
internal sealed class EngineSchedule : IDisposable
{
    // More than any measurement keeps.
    private const long Unlimited = 1L << 40;

    private readonly TeacherBank _bank;
    private readonly Device _device;
    private readonly int _batch;
    private readonly TrainingParts _parts;

    /// <param name="models">Student and teacher; left to the caller.</param>
    /// <param name="settings">Samples, seed and refresh.</param>
    /// <param name="features">What the towers gave; left to the caller.</param>
    /// <param name="keptTargets">What the teachers gave; null where they run in every pass. Left to the caller.</param>
    /// <param name="refresh">Optimizer steps between exact projections.</param>
    /// <param name="batch">Samples of a forward pass; several are projected together, per window.</param>
    /// <param name="savesMemory">Activations are made again and gradients wait in bfloat16: <c>train.activation_checkpointing</c>, <c>gradients.kept</c>.</param>
    public EngineSchedule(
        BenchModels models,
        BenchSettings settings,
        PictureFeatures features,
        KeptTargets? keptTargets,
        int refresh,
        int batch = 1,
        bool savesMemory = false)
    {
        (_batch, _device) = (batch, models.Student.Placement.Device);
        DistillRecipe recipe = Recipe(settings, refresh, batch, models.Student.Placement.DType, savesMemory);
        SignalModel student = new(models.Student.Config.Language, "student");
        SignalModel teacher = new(models.TeacherConfig.Language, "teacher");
        Dictionary<Capability, ISignal> signals = Enum.GetValues<Capability>()
            .ToDictionary(role => role, role => SignalRegistry.Create(recipe.Distillation.Signals[role], role, student, teacher));
        TeacherDepth = SignalTaps.DepthOf([.. signals.Values.Select(signal => signal.TeacherTaps)]) ?? models.TeacherConfig.Language.Layers;
        _bank = new TeacherBank([new Teacher(() => models.Teacher, signals)]) { Features = features, Kept = keptTargets };
        StepPlan plan = new() { Weights = recipe.Distillation.Weights, Mixing = recipe.Distillation.Mixing, Signals = signals };
        _parts = new TrainingParts(recipe, models.Student, settings.StudentFolder ?? "", _bank, plan, key => key);
    }

    /// <summary>How many of the teacher's decoder layers anything is read of.</summary>
    public int TeacherDepth { get; }

    /// <summary>Room for everything.</summary>
    public static PictureFeatures Features() => new(Unlimited);

    /// <summary>Room for everything.</summary>
    public static KeptTargets Targets() => new(Unlimited);

    /// <summary>The seed's stream of orders, as the engine draws them.</summary>
    public static RandomTaskOrder Order(BenchSettings settings) => new(new SeedStreams(settings.Seed).Open(RandomTaskOrder.StreamName));

    /// <summary>One optimizer step over samples.</summary>
    /// <param name="samples">The window.</param>
    /// <param name="clock">Told where the time goes.</param>
    /// <param name="update">Shown the combined gradient, by the parameter's name, before the optimizer takes it.</param>
    public void Step(IReadOnlyList<EncodedSample> samples, PhaseClock clock, Action<IReadOnlyDictionary<string, Tensor?>>? update = null)
    {
        (_parts.Step.Clock, _parts.Updates.Clock, _bank.Features.Clock) = (clock, clock, clock);
        StepLog log = new();
        _parts.Updates.BeginWindow(measures: false);
        foreach (EncodedSample[] batch in samples.Chunk(_batch))
        {
            _parts.Step.Run(batch, 1.0 / samples.Count, log);
        }

        _parts.Updates.EndWindow(log);
        update?.Invoke(_parts.Weights.Names.Select((name, i) => (name, Gradient: _parts.Updates.Sum[i])).ToDictionary(entry => entry.name, entry => entry.Gradient));
        using IDisposable phase = clock.Enter(StepPhase.Optimizer);
        using DisposeScope scope = NewDisposeScope();
        _parts.Updates.Sum.HandTo(_parts.Optimised);
        // A rate of 0: every measurement begins with the same weights.
        _parts.Optimizer.Step(0);
        foreach (Parameter parameter in _parts.Optimised)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Has the teacher make what later steps read, without a step of the student.</summary>
    /// <param name="samples">The samples.</param>
    public void KeepTargets(IReadOnlyList<EncodedSample> samples)
    {
        foreach (EncodedSample sample in samples)
        {
            using SampleBatch batch = new([sample], _device);
            foreach (TeacherTargets targets in _bank.Observe(batch, [Enum.GetValues<Capability>()]))
            {
                targets.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _bank.Features.Clock = null;
        _parts.Dispose();
    }

    private static DistillRecipe Recipe(BenchSettings settings, int refresh, int batch, ScalarType dtype, bool savesMemory) => new()
    {
        Output = "bench",
        Seed = settings.Seed,
        // No float32 masters of bfloat16 weights: the published schedule has none, and they are read from a checkpoint.
        Precision = dtype == ScalarType.Float32 ? Precision.Float32 : Precision.Bfloat16Pure,
        Models = new ModelSettings { Student = "student" },
        Data = new DataSettings { Records = ["bench"], Images = "bench" },
        Weighting = new WeightingSettings { Kind = WeightingKind.Static },
        Gradients = new GradientSettings
        {
            Method = GradientMethod.Agp,
            Per = batch > 1 ? CombinationSpan.Window : CombinationSpan.Sample,
            Refresh = refresh,
            Kept = savesMemory ? KeptGradients.Bfloat16 : KeptGradients.Computed,
        },
        Train = new TrainSettings { Steps = 1, BatchSize = batch, Accumulation = settings.Samples, ActivationCheckpointing = savesMemory },
    };
}
