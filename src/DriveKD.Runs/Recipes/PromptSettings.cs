using DriveKD.Data.Imaging;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How questions are put to models.</summary>
public sealed record PromptSettings : IRecipeRules
{
    /// <summary>The word for no system text.</summary>
    public const string NoSystem = "none";

    /// <summary>The word for the system text of the model's own template.</summary>
    public const string ModelsOwnSystem = "model";

    /// <summary>The word for a text like DriveBench's, in words of our own, that names the cameras whose pictures are given.</summary>
    public const string DriveBenchSystem = "drivebench";

    /// <summary>The system text, or one of the three words.</summary>
    [RecipeKey("The system text: `none`; `model`, what the model's own template says; `drivebench`, a text in our words that names the cameras present; or any other text")]
    public string System { get; init; } = NoSystem;

    /// <summary>How a question is laid out for a local model.</summary>
    [RecipeKey("How a question is laid out for a local model: its chat template, or the sequence that `drivekd distill` trains on; servers are always asked by chat")]
    public PromptLayout Layout { get; init; } = PromptLayout.Chat;

    /// <summary>The most tokens of an answer.</summary>
    [RecipeKey("The most tokens of an answer")]
    [NumberLimits(AtLeast = 1)]
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>The sampling temperature; null sends none to servers and is greedy for local models.</summary>
    [RecipeKey("The sampling temperature; 0 is greedy, `null` sends none, for servers that refuse it (local models are then greedy)")]
    [NumberLimits(AtLeast = 0)]
    public double? Temperature { get; init; } = 0;

    /// <summary>The most tiles that a local model cuts a picture into.</summary>
    [RecipeKey("The most tiles that a local model cuts a picture into; 1 makes it one square, as the method does", Paper = "one tile per picture")]
    [NumberLimits(AtLeast = 1, AtMost = 12)]
    public int MaxTiles { get; init; } = 1;

    /// <summary>The smallest area of a picture; null leaves it to the model folders.</summary>
    [RecipeKey("The least area of a picture in pixels, for local models that take pictures at their own size (Qwen2.5-VL); not set: what each model folder says")]
    [NumberLimits(AtLeast = 1)]
    public long? MinPixels { get; init; }

    /// <summary>The largest area of a picture; null leaves it to the model folders.</summary>
    [RecipeKey("The greatest area of a picture in pixels, for such models: a token takes 28 x 28 of them; not set: what each model folder says")]
    [NumberLimits(AtLeast = 1)]
    public long? MaxPixels { get; init; }

    /// <summary>The two together.</summary>
    public PixelLimits PixelLimits() => new(MinPixels, MaxPixels);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (Layout == PromptLayout.Training && System != NoSystem)
        {
            yield return new RuleBreach("the training layout has no system turn: write prompts.system: none, or prompts.layout: chat", "system", "layout");
        }
    }
}
