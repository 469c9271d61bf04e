using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Where settings are tried: on questions and seeds that the final runs do not have.</summary>
public sealed record CompareTuningSettings
{
    /// <summary>The seeds of trials.</summary>
    [RecipeKey("The seeds of the trials, none of them a final one: numbers and spans such as 101-103")]
    [TextForm(SeedList.Pattern, SeedList.Expected)]
    [OneOrMany]
    public required ValueList<string> Seeds { get; init; }

    /// <summary>The validation questions.</summary>
    [RecipeKey("The validation questions, by which the best setting is chosen")]
    public required CompareDataSettings Data { get; init; }
}
