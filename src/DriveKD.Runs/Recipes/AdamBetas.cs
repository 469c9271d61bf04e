using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>AdamW's decay rates of the first and second moment.</summary>
[WrittenAsList]
public sealed record AdamBetas
{
    /// <summary>Decay of the running mean of the gradient.</summary>
    [RecipeKey("Decay of the running mean of the gradient")]
    [NumberLimits(AtLeast = 0, Below = 1)]
    public required double First { get; init; }

    /// <summary>Decay of the running mean of the squared gradient.</summary>
    [RecipeKey("Decay of the running mean of the squared gradient")]
    [NumberLimits(AtLeast = 0, Below = 1)]
    public required double Second { get; init; }
}
