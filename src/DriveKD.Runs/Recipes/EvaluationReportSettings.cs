using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>What the page of an evaluation shows beside the figures.</summary>
public sealed record EvaluationReportSettings
{
    /// <summary>Questions that are shown with pictures and answers.</summary>
    [RecipeKey("How many questions of each kind (best, worst, most disputed) are shown with pictures and answers; 0 for none")]
    [NumberLimits(AtLeast = 0, AtMost = 100)]
    public int Examples { get; init; } = 3;

    /// <summary>Examples with attention maps.</summary>
    [RecipeKey("To how many of these the attention of each local model is drawn; its model is loaded once more")]
    [NumberLimits(AtLeast = 0, AtMost = 300)]
    public int Attention { get; init; }

    /// <summary>Whether the paper's figures stand beside.</summary>
    [RecipeKey("Whether the paper's figures stand below the table, marked as published", Paper = "table 1")]
    public bool Published { get; init; }
}
