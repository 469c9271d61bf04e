using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>A distillation run: what <c>drivekd distill</c> reads from YAML. Paths are absolute once read.</summary>
public sealed record DistillRecipe : IRecipeRules
{
    /// <summary>The run folder, which does not exist yet or is empty.</summary>
    [RecipeKey("The folder that the run creates; it must not exist yet, or be empty")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public required string Output { get; init; }

    /// <summary>The one seed, split into named streams.</summary>
    [RecipeKey("The one seed of the run, split into named streams (order, weights, ...)", Paper = "one seed for order, shuffles and weights")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; } = 42;

    /// <summary>"auto" (the first CUDA device, else the processor), "cpu", "cuda" or "cuda:N".</summary>
    [RecipeKey("Where to compute: `auto` takes the first CUDA device if there is one")]
    [TextForm("auto|cpu|cuda|cuda:(0|[1-9][0-9]{0,2})", "auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    /// <summary>The number format that models compute in, and that of the trained weights.</summary>
    [RecipeKey(
        "The number format that models compute in; with bfloat16 the optimizer keeps float32 masters of the trained weights, with bfloat16-pure none",
        Paper = "bfloat16 (bfloat16-pure)")]
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Student and teachers.</summary>
    [RecipeKey("Student and teachers")]
    public required ModelSettings Models { get; init; }

    /// <summary>The driving questions.</summary>
    [RecipeKey("The driving questions")]
    public required DataSettings Data { get; init; }

    /// <summary>Signals, weights and routing.</summary>
    [RecipeKey("Signals, weights and routing")]
    public DistillationSettings Distillation { get; init; } = new();

    /// <summary>How the weights of the losses follow the run.</summary>
    [RecipeKey("How the weights of the losses follow the run; they start at distillation.weights", Paper = "online loss reweighting")]
    public WeightingSettings Weighting { get; init; } = new();

    /// <summary>How the tasks' gradients become one update.</summary>
    [RecipeKey("How the tasks' gradients become one update")]
    public GradientSettings Gradients { get; init; } = new();

    /// <summary>Length, optimizer and schedule.</summary>
    [RecipeKey("Length, optimizer and schedule")]
    public required TrainSettings Train { get; init; }

    /// <summary>What is kept in memory because it would come out the same again.</summary>
    [RecipeKey("What is kept in memory because it would come out the same again")]
    public CacheSettings Cache { get; init; } = new();

    /// <summary>Validation during training.</summary>
    [RecipeKey("Validation during training")]
    public ValidationSettings Validation { get; init; } = new();

    /// <summary>Whose choices the run follows.</summary>
    [RecipeKey("Whose choices the run follows: `released` switches on every quirk of the released code, and `gradients.support: reached` with them", Paper = "released code")]
    public Compatibility Compat { get; init; } = Compatibility.None;

    /// <summary>Single choices of the released code.</summary>
    [RecipeKey("Single quirks of the released code", Paper = "released code")]
    public QuirkSettings Quirks { get; init; } = new();

    /// <summary>When to save.</summary>
    [RecipeKey("When to save")]
    public CheckpointSettings Checkpoint { get; init; } = new();

    /// <summary>What to write while training.</summary>
    [RecipeKey("What to write while training")]
    public LogSettings Log { get; init; } = new();

    /// <summary>The quirks in force.</summary>
    public QuirkSettings QuirksInForce() => Compat == Compatibility.Released ? QuirkSettings.Released : Quirks;

    /// <summary>How gradients are combined, with what <see cref="Compat"/> decides.</summary>
    public GradientSettings GradientsInForce() => Compat == Compatibility.Released ? Gradients with { Support = ProjectionSupport.Reached } : Gradients;

    /// <summary>
    /// Whether any sample runs this teacher: its loss has weight and some row of the mixing matrix gives it a share. The folder of a
    /// teacher in use is never null.
    /// </summary>
    /// <param name="teacher">The teacher's capability.</param>
    public bool UsesTeacher(Capability teacher) =>
        Distillation.Weights[teacher] > 0 && Enum.GetValues<Capability>().Any(sample => Distillation.Mixing[sample][teacher] > 0);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        foreach (Capability teacher in Enum.GetValues<Capability>())
        {
            if (UsesTeacher(teacher) && Models.Teachers[teacher] is null)
            {
                string name = RecipeNames.OfEnum(teacher);
                yield return new RuleBreach(
                    $"the {name} teacher has no folder, but the mixing matrix gives it weight: write models.teachers.{name}, or set its "
                    + $"column in distillation.mixing or distillation.weights.{name} to 0",
                    $"models.teachers.{name}",
                    "distillation.mixing",
                    $"distillation.weights.{name}");
            }
        }

        if (Weighting.Kind == WeightingKind.Ratio && Distillation.Weights.Supervision == 0)
        {
            yield return new RuleBreach(
                "the kind ratio measures signals against supervision, whose weight is 0: give distillation.weights.supervision a weight, or choose another kind",
                "weighting.kind",
                "distillation.weights.supervision");
        }
    }
}
