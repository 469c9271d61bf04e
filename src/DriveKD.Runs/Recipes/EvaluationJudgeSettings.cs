using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>A model that gives points to answers. Without one there is none.</summary>
public sealed record EvaluationJudgeSettings : IRecipeRules
{
    /// <summary>The judge; null for none.</summary>
    [RecipeKey("Who gives points to the answers: `openai:MODEL`, or a local folder; not set: nobody", Paper = "DeepSeek-V3.2 as judge")]
    [RecipePath(RecipePathKind.Model)]
    public string? Model { get; init; }

    /// <summary>How a judge behind a server is asked.</summary>
    [RecipeKey("How a judge behind a server is asked")]
    public EndpointSettings Endpoint { get; init; } = new();

    /// <summary>The passes that are judged.</summary>
    [RecipeKey("The corruptions whose answers are judged, each of them one of the recipe's; not set: clean pictures alone")]
    [TextForm(CorruptionChoice.Pattern, CorruptionChoice.Expected)]
    [OneOrMany]
    public ValueList<string> Corruptions { get; init; } = ["clean"];

    /// <summary>The file that keeps replies; null: in the run folder.</summary>
    [RecipeKey("The file that keeps replies, so that none is paid for twice; several runs may share it. Not set: `judge.sqlite` in the run's folder")]
    [RecipePath(RecipePathKind.OutputFile)]
    public string? Cache { get; init; }

    /// <summary>How objects look, for the sheets that show it.</summary>
    [RecipeKey("DriveBench's `visual_description.json` or a DriveLM file: how objects look, which two of the sheets show")]
    [RecipePath(RecipePathKind.InputFile)]
    public string? Descriptions { get; init; }

    /// <summary>The most tokens that a run may spend.</summary>
    [RecipeKey("The most tokens, in both directions, that one start of the run may spend; not set: no limit")]
    [NumberLimits(AtLeast = 0)]
    public long? MaxTokens { get; init; }

    /// <summary>The most money that a run may spend.</summary>
    [RecipeKey("The most that one start of the run may cost, in the currency of the prices; not set: no limit")]
    [NumberLimits(AtLeast = 0)]
    public double? MaxCost { get; init; }

    /// <summary>How often each answer is judged.</summary>
    [RecipeKey("How often each answer is judged; the first time counts, the others measure the judge's agreement with itself")]
    [NumberLimits(AtLeast = 1, AtMost = 100)]
    public int Repeats { get; init; } = 1;

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (MaxCost is not null && (Endpoint.InputPrice is null || Endpoint.OutputPrice is null))
        {
            yield return new RuleBreach(
                "a limit of cost needs prices: write judge.endpoint.input_price and judge.endpoint.output_price", "max_cost", "endpoint.input_price", "endpoint.output_price");
        }

        foreach (RuleBreach breach in CorruptionChoice.FindFaults(Corruptions, "corruptions"))
        {
            yield return breach;
        }
    }
}
