using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How the generalised margin along answers is read.</summary>
public sealed record MarginSettings
{
    /// <summary>Equal parts of an answer.</summary>
    [RecipeKey("Equal parts that an answer's tokens are sorted into; shorter answers are left out and counted", Paper = "10")]
    [NumberLimits(AtLeast = 2, AtMost = 100)]
    public int Bins { get; init; } = 10;

    /// <summary>What logits are divided by.</summary>
    [RecipeKey("What logits are divided by before their softmax", Paper = "about 1")]
    [NumberLimits(Above = 0, AtMost = 100)]
    public double Temperature { get; init; } = 1;

    /// <summary>Whose probability stands above the others'.</summary>
    [RecipeKey("Whose probability stands above others: `answer`, the right token's less the best of the others; `top`, the greatest less the second, whatever is right")]
    public MarginReading Reading { get; init; } = MarginReading.Answer;
}
