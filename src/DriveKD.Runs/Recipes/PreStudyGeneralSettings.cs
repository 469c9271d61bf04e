using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Samples of a pre-study that are not of driving.</summary>
public sealed record PreStudyGeneralSettings
{
    /// <summary>The record files, read in this order.</summary>
    [RecipeKey("The record file, or a list of them, in any of the layouts that `drivekd data inspect` reads; capabilities in them do not matter")]
    [RecipePath(RecipePathKind.InputFile)]
    [OneOrMany]
    public required ValueList<string> Records { get; init; }

    /// <summary>The folder under which every picture lies.</summary>
    [RecipeKey("The folder that the records' picture paths start from; no picture may lie outside it")]
    [RecipePath(RecipePathKind.InputFolder)]
    public required string Images { get; init; }

    /// <summary>What to do with a faulty record or a missing picture.</summary>
    [RecipeKey("What to do with a faulty record or a missing picture")]
    public OnError OnError { get; init; } = OnError.Stop;

    /// <summary>The most samples.</summary>
    [RecipeKey("The most samples, drawn by the seed")]
    [NumberLimits(AtLeast = 2, AtMost = 100_000)]
    public int Samples { get; init; } = 64;
}
