using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The layers between which the reasoning signal matches groups.</summary>
public sealed record ReasoningSignalSettings
{
    /// <summary>The student's layers; by default all but the last.</summary>
    [RecipeKey("First and last student layer, counted from 1; negative counts from the end, -1 is the last", Paper = "reasoning: K = N_s - 1")]
    public LayerRange StudentLayers { get; init; } = new() { First = 1, Last = -2 };

    /// <summary>The teacher's layers; by default all but the last.</summary>
    [RecipeKey("First and last teacher layer, counted from 1; negative counts from the end, -1 is the last", Paper = "reasoning: M = N_t - 1")]
    public LayerRange TeacherLayers { get; init; } = new() { First = 1, Last = -2 };
}
