using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Models, questions and corruptions: what <c>drivekd evaluate</c> reads from YAML. Paths are absolute once read.</summary>
public sealed record EvaluateRecipe : IRecipeRules
{
    /// <summary>The run folder, which does not exist yet or is empty.</summary>
    [RecipeKey("The folder that the run creates; it must not exist yet, or be empty")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public required string Output { get; init; }

    /// <summary>The one seed, split into named streams.</summary>
    [RecipeKey("The one seed of the run: which questions are drawn, how pictures are corrupted, which scenes are resampled")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; } = 42;

    /// <summary>"auto" (the first CUDA device, else the processor), "cpu", "cuda" or "cuda:N".</summary>
    [RecipeKey("Where local models compute: `auto` takes the first CUDA device if there is one")]
    [TextForm("auto|cpu|cuda|cuda:(0|[1-9][0-9]{0,2})", "auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    /// <summary>The number format that local models compute in.</summary>
    [RecipeKey("The number format that local models compute in; `auto` is the faster on this machine, by a short measurement, and float32 for small models", Paper = "bfloat16")]
    [TextForm("auto|float32|bfloat16", "auto, float32 or bfloat16")]
    public string Precision { get; init; } = "auto";

    /// <summary>The weights that local models decode with.</summary>
    [RecipeKey("The weights that local models decode answers with: as stored, or the decoder layers' matrices rounded to 8 bits (the run prints by how much rows are off, usually about 1 % of their length; on the processor, for at most 8 questions at a time)")]
    public DecodingWeights Weights { get; init; } = DecodingWeights.Stored;

    /// <summary>The models.</summary>
    [RecipeKey("The model, or a list of them: `NAME=FOLDER`, or `NAME=openai:MODEL` for one behind a server; without `NAME=` it is called as the last part")]
    [RecipePath(RecipePathKind.NamedModel)]
    [OneOrMany]
    public required ValueList<string> Models { get; init; }

    /// <summary>The server of models behind one.</summary>
    [RecipeKey("The server behind models that are written `openai:MODEL`")]
    public ModelServerSettings Endpoint { get; init; } = new();

    /// <summary>The driving questions.</summary>
    [RecipeKey("The driving questions")]
    public required EvaluationDataSettings Data { get; init; }

    /// <summary>How questions are put.</summary>
    [RecipeKey("How questions are put to the models")]
    public PromptSettings Prompts { get; init; } = new();

    /// <summary>What is done to the pictures.</summary>
    [RecipeKey(
        "What is done to the pictures, a pass over all questions for each: `clean`, a fault such as `fog` or `rain:3` (without a severity the published one; 3 where none is), `all` fifteen, `noimage`",
        Paper = "DriveBench: 15 corruptions")]
    [TextForm(CorruptionChoice.Pattern, CorruptionChoice.Expected)]
    [OneOrMany]
    public ValueList<string> Corruptions { get; init; } = ["clean"];

    /// <summary>Whether faults that this machine cannot make are left out.</summary>
    [RecipeKey("Whether faults that this machine cannot make (those of video without ffmpeg) are left out and named, instead of an error")]
    public bool SkipUnavailable { get; init; }

    /// <summary>Questions that a local model answers at a time.</summary>
    [RecipeKey("Questions that a local model answers at a time")]
    [NumberLimits(AtLeast = 1, AtMost = 1024)]
    public int BatchSize { get; init; } = 4;

    /// <summary>What to do when a model fails on a question.</summary>
    [RecipeKey("What to do when a model fails on a question: write the error, count it and go on, or stop the run")]
    public OnModelError OnModelError { get; init; } = OnModelError.Record;

    /// <summary>A model that gives points to answers.</summary>
    [RecipeKey("A model that gives points to answers")]
    public EvaluationJudgeSettings Judge { get; init; } = new();

    /// <summary>How sure figures are.</summary>
    [RecipeKey("How sure figures are")]
    public StatisticsSettings Statistics { get; init; } = new();

    /// <summary>What the page shows.</summary>
    [RecipeKey("What the page shows beside the figures")]
    public EvaluationReportSettings Report { get; init; } = new();

    /// <summary>The models, read.</summary>
    public IReadOnlyList<NamedModel> NamedModels() => NamedModel.Parse(Models);

    /// <summary>What is done to the pictures, read.</summary>
    public IReadOnlyList<CorruptionChoice> CorruptionChoices() => CorruptionChoice.Parse(Corruptions);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        foreach (RuleBreach breach in NamedModel.FindFaults(Models, "models").Concat(CorruptionChoice.FindFaults(Corruptions, "corruptions")))
        {
            yield return breach;
        }

        if (Judge.Model is not null)
        {
            string[] missing = [.. CorruptionChoice.Parse(Judge.Corruptions).Except(CorruptionChoices()).Select(choice => choice.Name)];
            if (missing.Length > 0)
            {
                yield return new RuleBreach(
                    $"{string.Join(" and ", missing)}: judged, but not asked; name in judge.corruptions only what corruptions holds", "judge.corruptions", "corruptions");
            }
        }
    }
}
