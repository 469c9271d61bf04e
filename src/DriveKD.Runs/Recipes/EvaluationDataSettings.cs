using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The driving questions of an evaluation.</summary>
public sealed record EvaluationDataSettings : IRecipeRules
{
    /// <summary>The record files, read in this order.</summary>
    [RecipeKey("The record file, or a list of them, in any of the layouts that `drivekd data inspect` reads", Paper = "DriveBench")]
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

    /// <summary>The capabilities whose questions are asked; null: all.</summary>
    [RecipeKey("Only questions of these capabilities are asked: one, or a list; not set: all")]
    [TextForm(CapabilityList.Pattern, CapabilityList.Expected)]
    [OneOrMany]
    public ValueList<string>? Capabilities { get; init; }

    /// <summary>The most questions; 0 asks all.</summary>
    [RecipeKey("The most questions, drawn by the seed, evenly over the types of question and within each over the scenes; 0 asks all")]
    [NumberLimits(AtLeast = 0)]
    public int Samples { get; init; }

    /// <summary>The capabilities whose questions are asked, or null for all.</summary>
    public IReadOnlyList<Capability>? SelectedCapabilities() => Capabilities is null ? null : CapabilityList.Parse(Capabilities);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches() => CapabilityList.FindRepetitions(Capabilities, "capabilities");
}
