using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Length, optimizer and schedule of a run. Exactly one of <see cref="Steps"/> and <see cref="Epochs"/> is set.</summary>
public sealed record TrainSettings : IRecipeRules
{
    /// <summary>Optimizer steps.</summary>
    [RecipeKey("Optimizer steps of the run; give this or `train.epochs`")]
    [NumberLimits(AtLeast = 1)]
    public int? Steps { get; init; }

    /// <summary>Passes over the data.</summary>
    [RecipeKey("Passes over the data; give this or `train.steps`")]
    [NumberLimits(AtLeast = 1)]
    public int? Epochs { get; init; }

    /// <summary>Samples per optimizer step.</summary>
    [RecipeKey("Samples per optimizer step; their gradients are averaged, also in the short window that may end an epoch", Paper = "gradient accumulation")]
    [NumberLimits(AtLeast = 1)]
    public int Accumulation { get; init; } = 4;

    /// <summary>AdamW's rate after the warm-up.</summary>
    [RecipeKey("AdamW's learning rate after the warm-up", Paper = "learning rate")]
    [NumberLimits(Above = 0, AtMost = 10)]
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>AdamW's decay rates of the two moments.</summary>
    [RecipeKey("AdamW's decay rates of the first and second moment", Paper = "AdamW")]
    public AdamBetas Betas { get; init; } = new() { First = 0.9, Second = 0.999 };

    /// <summary>AdamW's term against division by zero.</summary>
    [RecipeKey("AdamW's term against division by zero", Paper = "AdamW")]
    [NumberLimits(Above = 0, AtMost = 1)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>AdamW's decoupled weight decay.</summary>
    [RecipeKey("AdamW's decoupled weight decay", Paper = "AdamW")]
    [NumberLimits(AtLeast = 0, AtMost = 10)]
    public double WeightDecay { get; init; }

    /// <summary>The curve of the rate after the warm-up.</summary>
    [RecipeKey("The curve of the learning rate after the warm-up", Paper = "cosine or linear decay")]
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>Optimizer steps over which the rate rises from 0.</summary>
    [RecipeKey("Optimizer steps over which the rate rises from 0; shorter than the run", Paper = "warm-up")]
    [NumberLimits(AtLeast = 0)]
    public int WarmupSteps { get; init; }

    /// <summary>The floor of the schedule as a share of the rate.</summary>
    [RecipeKey("The floor of the cosine and linear schedules, as a share of the rate", Paper = "decay to 1 % of the rate")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double MinimumRate { get; init; } = 0.01;

    /// <summary>
    /// What of the student is trained: presets (language, all, attention, none) and globs over parameter names; an item that begins
    /// with ! takes away again. Null: the language model, or only the adapters where <see cref="Lora"/> attaches some.
    /// </summary>
    [RecipeKey(
        "What is trained: `language`, `all`, `attention`, `none`, or globs over parameter names; `!` takes away again. Not set: the language "
            + "model, or with `train.lora.rank` above 0 only the adapters",
        Paper = "figure: frozen vision tower and projector")]
    [OneOrMany]
    public ValueList<string>? Trainable { get; init; }

    /// <summary>Low-rank adapters.</summary>
    [RecipeKey("Low-rank adapters of the language model")]
    public LoraSettings Lora { get; init; } = new();

    /// <summary>Whether every epoch has its own random order.</summary>
    [RecipeKey("Whether every epoch has its own random order; otherwise the order of the records")]
    public bool Shuffle { get; init; } = true;

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (Steps is null == Epochs is null)
        {
            yield return new RuleBreach(
                Steps is null
                    ? "the run has no length: write train.steps (optimizer steps) or train.epochs (passes over the data)"
                    : $"both train.steps ({Steps}) and train.epochs ({Epochs}) are given: keep one; on the command line, `train.steps=null` takes "
                      + "the file's away",
                "steps",
                "epochs");
        }

        if (WarmupSteps > 0 && WarmupSteps >= Steps)
        {
            yield return new RuleBreach(
                $"the warm-up of {WarmupSteps} steps is not shorter than the run of {Steps}: the rate would never be reached",
                "warmup_steps",
                "steps");
        }
    }
}
