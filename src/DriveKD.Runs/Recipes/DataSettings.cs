using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The driving questions of a run.</summary>
public sealed record DataSettings : IRecipeRules
{
    /// <summary>The record files, read in this order; null where the questions are the driving world's.</summary>
    [RecipeKey("The record file, or a list of them, in any of the layouts that `drivekd data inspect` reads; give these or `data.world`", Paper = "training data")]
    [RecipePath(RecipePathKind.InputFile)]
    [OneOrMany]
    public ValueList<string>? Records { get; init; }

    /// <summary>The folder under which every picture lies; given exactly where records are.</summary>
    [RecipeKey("The folder that the records' picture paths start from; no picture may lie outside it")]
    [RecipePath(RecipePathKind.InputFolder)]
    public string? Images { get; init; }

    /// <summary>Questions made by the driving world as the run starts, without files; null where they are records.</summary>
    [RecipeKey("Questions that the driving world makes as the run starts, without files; instead of `data.records`")]
    public WorldDataSettings? World { get; init; }

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

    /// <summary>The capabilities whose samples are used; null: all.</summary>
    [RecipeKey("Only samples of these capabilities are used: one, or a list; not set: all")]
    [TextForm(CapabilityList.Pattern, CapabilityList.Expected)]
    [OneOrMany]
    public ValueList<string>? Capabilities { get; init; }

    /// <summary>The capabilities whose samples are used, or null for all.</summary>
    public IReadOnlyList<Capability>? SelectedCapabilities() => Capabilities is null ? null : CapabilityList.Parse(Capabilities);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (World is not null && (Records is not null || Images is not null))
        {
            yield return new RuleBreach("data.world makes questions and pictures itself: leave it out, or data.records and data.images", "world", "records", "images");
        }
        else if (World is null)
        {
            if (Records is null)
            {
                yield return new RuleBreach("there are no questions: write data.records with data.images, or data.world", "records", "world");
            }

            if (Images is null)
            {
                yield return new RuleBreach("missing; records need the folder that their pictures lie in: write data.images", "images");
            }
        }

        foreach (RuleBreach breach in CapabilityList.FindRepetitions(Capabilities, "capabilities"))
        {
            yield return breach;
        }
    }
}
