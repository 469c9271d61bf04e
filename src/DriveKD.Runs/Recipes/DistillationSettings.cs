using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>What the student takes from which teacher, and how much of it.</summary>
public sealed record DistillationSettings
{
    /// <summary>Which teachers a sample of each capability uses.</summary>
    [RecipeKey("Rows: the sample's capability; columns: the teachers. Each row is normalised to sum 1", Paper = "multi-teacher mixing")]
    public MixingMatrix Mixing { get; init; } = new();

    /// <summary>The static weight of each loss.</summary>
    [RecipeKey("The static weight of each loss", Paper = "loss weights")]
    public LossWeights Weights { get; init; } = new();

    /// <summary>The signal of each teacher.</summary>
    [RecipeKey("The signal of each teacher", Paper = "capability-specific signals")]
    public CapabilitySignals Signals { get; init; } = new();
}
