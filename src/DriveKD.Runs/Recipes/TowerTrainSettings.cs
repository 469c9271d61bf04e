using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Length, optimizer and schedule of a tower's training.</summary>
public sealed record TowerTrainSettings : IRecipeRules
{
    /// <summary>Optimizer steps.</summary>
    [RecipeKey("Optimizer steps of the run")]
    [NumberLimits(AtLeast = 1)]
    public int Steps { get; init; } = 2050;

    /// <summary>Pictures of a step.</summary>
    [RecipeKey("Pictures of a step, in one forward pass")]
    [NumberLimits(AtLeast = 1)]
    public int BatchSize { get; init; } = 32;

    /// <summary>AdamW's rate after the warm-up.</summary>
    [RecipeKey("AdamW's learning rate after the warm-up")]
    [NumberLimits(Above = 0, AtMost = 10)]
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>AdamW's decay rates of the two moments.</summary>
    [RecipeKey("AdamW's decay rates of the first and second moment")]
    public AdamBetas Betas { get; init; } = new() { First = 0.9, Second = 0.999 };

    /// <summary>AdamW's decoupled weight decay.</summary>
    [RecipeKey("AdamW's decoupled weight decay")]
    [NumberLimits(AtLeast = 0, AtMost = 10)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The curve of the rate after the warm-up.</summary>
    [RecipeKey("The curve of the learning rate after the warm-up")]
    public RateSchedule Schedule { get; init; } = RateSchedule.Linear;

    /// <summary>Optimizer steps over which the rate rises from 0.</summary>
    [RecipeKey("Optimizer steps over which the rate rises from 0; shorter than the run")]
    [NumberLimits(AtLeast = 0)]
    public int WarmupSteps { get; init; } = 50;

    /// <summary>The floor of the schedule as a share of the rate.</summary>
    [RecipeKey("The floor of the cosine and linear schedules, as a share of the rate")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double MinimumRate { get; init; } = 0.02;

    /// <summary>The largest norm of the gradient.</summary>
    [RecipeKey("Gradients of a larger norm, all parameters together, are scaled down to this one; `null`: never")]
    [NumberLimits(Above = 0)]
    public double? ClipNorm { get; init; } = 1;

    /// <summary>Optimizer steps between looks at the held-out pictures.</summary>
    [RecipeKey("Optimizer steps between looks at the held-out pictures; the last step always looks")]
    [NumberLimits(AtLeast = 1)]
    public int EvaluateEvery { get; init; } = 200;

    /// <summary>What the optimizer reads.</summary>
    public TrainSettings ToTrainSettings() => new()
    {
        Steps = Steps,
        BatchSize = BatchSize,
        Accumulation = 1,
        LearningRate = LearningRate,
        Betas = Betas,
        WeightDecay = WeightDecay,
    };

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (WarmupSteps >= Steps)
        {
            yield return new RuleBreach(
                $"the warm-up of {WarmupSteps} steps is not shorter than the run of {Steps}: the rate would never be reached", "warmup_steps", "steps");
        }
    }
}
