using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The driving samples of a pre-study.</summary>
public sealed record PreStudyDataSettings : IRecipeRules
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

    /// <summary>The smallest area of a picture; null leaves it to the model folders.</summary>
    [RecipeKey("The least area of a picture in pixels, for models that take pictures at their own size (Qwen2.5-VL); not set: what each model folder says")]
    [NumberLimits(AtLeast = 1)]
    public long? MinPixels { get; init; }

    /// <summary>The largest area of a picture; null leaves it to the model folders.</summary>
    [RecipeKey("The greatest area of a picture in pixels, for such models: a token takes 28 x 28 of them; not set: what each model folder says")]
    [NumberLimits(AtLeast = 1)]
    public long? MaxPixels { get; init; }

    /// <summary>The two together.</summary>
    public PixelLimits PixelLimits() => new(MinPixels, MaxPixels);

    /// <summary>What to do with a faulty record or a missing picture.</summary>
    [RecipeKey("What to do with a faulty record or a missing picture")]
    public OnError OnError { get; init; } = OnError.Stop;

    /// <summary>The capabilities that are studied; null: all.</summary>
    [RecipeKey("The capabilities that are studied: one, or a list; not set: all")]
    [TextForm(CapabilityList.Pattern, CapabilityList.Expected)]
    [OneOrMany]
    public ValueList<string>? Capabilities { get; init; }

    /// <summary>The most samples of each capability.</summary>
    [RecipeKey("The most samples of each capability, drawn by the seed, evenly over the types of question and within each over the scenes")]
    [NumberLimits(AtLeast = 2, AtMost = 100_000)]
    public int Samples { get; init; } = 64;

    /// <summary>The capabilities that are studied.</summary>
    public IReadOnlyList<Capability> SelectedCapabilities() => Capabilities is null ? Enum.GetValues<Capability>() : CapabilityList.Parse(Capabilities);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches() => CapabilityList.FindRepetitions(Capabilities, "capabilities");
}
