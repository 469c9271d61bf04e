using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How the pull of candidate signals at the student is measured.</summary>
public sealed record PullSettings
{
    /// <summary>Samples of each capability; 0 measures none.</summary>
    [RecipeKey("Samples of each capability whose gradients are taken, one backward pass per layer and sample; 0 takes none; needs a student")]
    [NumberLimits(AtLeast = 0, AtMost = 10_000)]
    public int Samples { get; init; } = 4;
}
