using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How students answer: greedily, in the layout of the training.</summary>
public sealed record CompareAnswerSettings
{
    /// <summary>The most tokens of an answer.</summary>
    [RecipeKey("The most tokens of an answer")]
    [NumberLimits(AtLeast = 1)]
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>Questions that are answered at a time.</summary>
    [RecipeKey("Questions that are answered at a time")]
    [NumberLimits(AtLeast = 1, AtMost = 1024)]
    public int BatchSize { get; init; } = 8;
}
