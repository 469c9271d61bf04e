using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How the weights of the losses follow the run; where they start, <see cref="LossWeights"/> says.</summary>
public sealed record WeightingSettings
{
    /// <summary>The kind of weighting.</summary>
    [RecipeKey("How the weights of the losses come about: as written; as a ratio of gradients; learned as in the authors' trainer; or learned as each task's uncertainty", Paper = "online loss reweighting")]
    public WeightingKind Kind { get; init; } = WeightingKind.Online;

    /// <summary>Ratio: a signal's weighted gradient norm over supervision's.</summary>
    [RecipeKey("Kind ratio: the norm of each signal's weighted gradient, as a multiple of supervision's")]
    [NumberLimits(Above = 0)]
    public double Ratio { get; init; } = 0.1;

    /// <summary>Ratio: the optimizer steps over which norms are measured.</summary>
    [RecipeKey("Kind ratio: the first optimizer steps of each signal, over which norms are measured")]
    [NumberLimits(AtLeast = 1)]
    public int MeasureSteps { get; init; } = 20;

    /// <summary>Ratio: how far the estimate moves toward each later window.</summary>
    [RecipeKey("Kind ratio: the share by which the estimate moves toward each later window's measurement; 0 holds it")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double Follow { get; init; }

    /// <summary>Online: how strongly slow tasks are favoured.</summary>
    [RecipeKey("Kind online: how strongly a task that learns slower than the others is favoured; 0 not at all", Paper = "online loss reweighting: alpha")]
    [NumberLimits(AtLeast = 0, AtMost = 10)]
    public double Alpha { get; init; }

    /// <summary>Online and uncertainty: the rate of the weights.</summary>
    [RecipeKey("Kinds online and uncertainty: the learning rate of the weights", Paper = "online loss reweighting")]
    [NumberLimits(Above = 0, AtMost = 10)]
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>Online: the floor of supervision's weight.</summary>
    [RecipeKey("Kind online: supervision's weight does not fall below this", Paper = "online loss reweighting")]
    [NumberLimits(AtLeast = 0, AtMost = 1_000_000)]
    public double MinimumSupervision { get; init; } = 0.6;
}
