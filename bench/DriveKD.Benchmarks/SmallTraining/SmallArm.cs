using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Optimization;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.SmallTraining;

/// <summary>One way of training the small student: whole optimizer steps, as the trainer takes them.</summary>
internal sealed class SmallArm : IDisposable
{
    private readonly TrainingParts _parts;
    private readonly bool _alone;

    /// <param name="world">Models and samples; left to the caller.</param>
    /// <param name="hasSignals">Whether the three published signals take part.</param>
    /// <param name="method">How gradients are combined.</param>
    /// <param name="span">Per sample or per window.</param>
    public SmallArm(SmallWorld world, bool hasSignals, GradientMethod method, CombinationSpan span)
    {
        double weight = hasSignals ? 1 : 0;
        DistillRecipe recipe = new()
        {
            Output = "run",
            Models = new ModelSettings { Student = "student" },
            Data = new DataSettings { Records = ["records.json"], Images = "images" },
            Distillation = new DistillationSettings { Weights = new LossWeights { Perception = weight, Reasoning = weight, Planning = weight } },
            Weighting = new WeightingSettings { Kind = WeightingKind.Static },
            Gradients = new GradientSettings { Method = method, Per = span },
            Train = new TrainSettings { Steps = 1000, BatchSize = 16, Accumulation = 1, ClipNorm = 1, LearningRate = 1e-5 },
        };
        SignalModel student = new(world.Student.Config.Language, "student");
        Dictionary<Capability, ISignal> signals = [];
        List<Teacher> teachers = [];
        foreach ((int index, Capability role) in Enum.GetValues<Capability>().Index())
        {
            if (hasSignals)
            {
                signals.Add(role, SignalRegistry.Create(
                    recipe.Distillation.Signals[role], role, student, new SignalModel(world.Teachers[index].Config.Language, "teacher")));
                teachers.Add(new Teacher(world.Teachers[index], new Dictionary<Capability, ISignal> { [role] = signals[role] }));
            }
        }

        Bank = new TeacherBank(teachers) { Features = new PictureFeatures(1L << 30), Kept = new KeptTargets(1L << 30) };
        StepPlan plan = new() { Weights = recipe.Distillation.Weights, Mixing = recipe.Distillation.Mixing, Signals = signals };
        _parts = new TrainingParts(recipe, world.Student, "student", Bank, plan, key => key);
        _alone = _parts.Updates.RunsSamplesAlone;
    }

    /// <summary>The teachers in use; the world owns their models.</summary>
    public TeacherBank Bank { get; }

    /// <summary>One optimizer step.</summary>
    /// <param name="samples">The window.</param>
    /// <param name="batch">Samples of a forward pass; null for all.</param>
    public void Step(IReadOnlyList<EncodedSample> samples, int? batch = null)
    {
        StepLog log = new();
        _parts.Updates.BeginWindow(measures: false);
        foreach (EncodedSample[] pass in samples.Chunk(_alone ? 1 : batch ?? samples.Count))
        {
            _parts.Step.Run(pass, 1.0 / samples.Count, log);
        }

        _parts.Updates.EndWindow(log);
        Optimize();
    }

    /// <summary>Norm, clipping and AdamW.</summary>
    public void Optimize()
    {
        using DisposeScope scope = NewDisposeScope();
        double norm = _parts.Updates.Sum.Norm();
        _parts.Updates.Sum.HandTo(_parts.Optimised);
        GradientClipping.Clip(_parts.Optimised, norm, 1);
        _parts.Optimizer.Step(1e-5);
    }

    /// <summary>AdamW alone, over gradients that are made up.</summary>
    public void OptimizeAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < _parts.Optimised.Count; i++)
        {
            using Tensor gradient = ones_like(_parts.Optimised[i]);
            _parts.Updates.Sum.Add(i, gradient, 1e-3);
        }

        Optimize();
    }

    public void Dispose()
    {
        _parts.Dispose();
        Bank.Kept!.Dispose();
        Bank.Features.Dispose();
    }
}
