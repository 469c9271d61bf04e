using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The options of the attention signals.</summary>
public sealed record SignalSettings
{
    /// <summary>The reasoning signal's layers.</summary>
    [RecipeKey("The reasoning signal", Paper = "reasoning: layer-group matching")]
    public ReasoningSignalSettings Reasoning { get; init; } = new();
}
