using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The questions that the students of a comparison answer.</summary>
public sealed record CompareDataSettings
{
    /// <summary>The record files, read in this order.</summary>
    [RecipeKey("The record file, or a list of them; no arm trains on them")]
    [RecipePath(RecipePathKind.InputFile)]
    [OneOrMany]
    public required ValueList<string> Records { get; init; }

    /// <summary>The folder under which every picture lies.</summary>
    [RecipeKey("The folder that the records' picture paths start from")]
    [RecipePath(RecipePathKind.InputFolder)]
    public required string Images { get; init; }

    /// <summary>What to do with a faulty record or a missing picture.</summary>
    [RecipeKey("What to do with a faulty record or a missing picture")]
    public OnError OnError { get; init; } = OnError.Stop;

    /// <summary>The most questions of each capability; 0 asks all.</summary>
    [RecipeKey("The most questions of each capability, drawn once for all arms and seeds, evenly over types and scenes; 0 asks all")]
    [NumberLimits(AtLeast = 0)]
    public int PerCapability { get; init; }
}
