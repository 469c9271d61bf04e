using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>When a run saves.</summary>
public sealed record CheckpointSettings
{
    /// <summary>Optimizer steps between checkpoints; 0 saves only at the end.</summary>
    [RecipeKey("Optimizer steps between checkpoints; 0 saves only at the end")]
    [NumberLimits(AtLeast = 0)]
    public int Every { get; init; } = 500;

    /// <summary>How many of the newest checkpoints are kept.</summary>
    [RecipeKey("How many of the newest checkpoints are kept")]
    [NumberLimits(AtLeast = 1)]
    public int Keep { get; init; } = 2;
}
