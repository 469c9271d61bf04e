using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How sure figures are, and how that is found out.</summary>
public sealed record StatisticsSettings
{
    /// <summary>Resamples of the bootstrap over scenes.</summary>
    [RecipeKey("Resamples of the bootstrap over scenes")]
    [NumberLimits(AtLeast = 100, AtMost = 1_000_000)]
    public int Resamples { get; init; } = 2000;

    /// <summary>The share of repetitions whose interval shall hold the truth.</summary>
    [RecipeKey("The share of repetitions whose interval shall hold the truth")]
    [NumberLimits(AtLeast = 0.5, AtMost = 0.999)]
    public double Confidence { get; init; } = 0.95;
}
