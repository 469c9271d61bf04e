using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The driving questions of a run.</summary>
public sealed record DataSettings : IRecipeRules
{
    /// <summary>The record files, read in this order.</summary>
    [RecipeKey("The record file, or a list of them, in any of the layouts that `drivekd data inspect` reads", Paper = "training data")]
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

    /// <summary>The capabilities whose samples are used; null: all.</summary>
    [RecipeKey("Only samples of these capabilities are used: one, or a list; not set: all")]
    [TextForm(CapabilityList.Pattern, CapabilityList.Expected)]
    [OneOrMany]
    public ValueList<string>? Capabilities { get; init; }

    /// <summary>The capabilities whose samples are used, or null for all.</summary>
    public IReadOnlyList<Capability>? SelectedCapabilities() => Capabilities is null ? null : CapabilityList.Parse(Capabilities);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches() => CapabilityList.FindRepetitions(Capabilities, "capabilities");
}
