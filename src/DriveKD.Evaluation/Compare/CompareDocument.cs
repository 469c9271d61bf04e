using System.Text.Json;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Compare;

/// <summary>A comparison as one JSON document.</summary>
public static class CompareDocument
{
    /// <summary>Writes <c>results.json</c>.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="results">The results.</param>
    /// <param name="facts">How it was made.</param>
    public static string Write(CompareRecipe recipe, CompareResults results, CompareFacts facts) => JsonSerializer.Serialize(
        new
        {
            facts.Folder,
            facts.Command,
            facts.Program,
            facts.StartedAt,
            IsComplete = results.IsSound,
            recipe.Baseline,
            Arms = recipe.Arms.Select(arm => new { arm.Name, arm.Explanation, Set = arm.Set?.ToArray(), Tune = arm.Tune?.ToArray(), arm.IdenticalTo }),
            Seeds = recipe.FinalSeeds(),
            TuningSeeds = recipe.TuningSeeds(),
            Results = results,
        },
        CompareJson.Document) + "\n";
}
