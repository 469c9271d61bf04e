using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>All that the memory of a run depends on, known before weights are read.</summary>
internal sealed record RunShape
{
    /// <summary>What is trained, how, and in which precision.</summary>
    public required DistillRecipe Recipe { get; init; }

    /// <summary>Signals and routing.</summary>
    public required StepPlan Plan { get; init; }

    /// <summary>The student.</summary>
    public required ModelConfig Student { get; init; }

    /// <summary>The distinct teachers, each with the capabilities it teaches.</summary>
    public required IReadOnlyList<(ModelConfig Config, IReadOnlyList<Capability> Roles)> Teachers { get; init; }

    /// <summary>Capabilities whose teachers' targets of all samples lie on disk.</summary>
    public IReadOnlyCollection<Capability> Stored { get; init; } = [];

    /// <summary>The teachers whose model is needed.</summary>
    public IEnumerable<(ModelConfig Config, IReadOnlyList<Capability> Roles)> TeachersInMemory => Teachers.Where(teacher => !teacher.Roles.All(Stored.Contains));

    /// <summary>The capabilities that samples have.</summary>
    public required IReadOnlyCollection<Capability> Capabilities { get; init; }

    /// <summary>How large the samples are.</summary>
    public required SampleExtent Longest { get; init; }

    /// <summary>Samples that go through the student at once: with one gradient per sample each runs alone.</summary>
    public int Batch => RunsSamplesAlone ? 1 : Recipe.Train.BatchSize;

    /// <summary>Each sample needs gradients of its own, so that train.batch_size does not matter.</summary>
    public bool RunsSamplesAlone => Plan.Signals.Count > 0 && !IsSum && Recipe.Gradients is { Per: CombinationSpan.Sample, Refresh: 1 };

    /// <summary>The losses are backpropagated one by one, at least in some steps.</summary>
    public bool SplitsGradients => Plan.Signals.Count > 0 && (!IsSum || Recipe.Log.MeasureEvery > 0
        || LossWeightings.Create(Recipe.Weighting, Recipe.Distillation.Weights).NeedsGradientNorms);

    private bool IsSum => Recipe.Gradients.Method is GradientMethod.Sum or GradientMethod.SumPerCapability;
}
