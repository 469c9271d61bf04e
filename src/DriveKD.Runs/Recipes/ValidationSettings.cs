using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Validation during training. Without records there is none.</summary>
public sealed record ValidationSettings : IRecipeRules
{
    /// <summary>The record files.</summary>
    [RecipeKey("The record file of the validation samples, or a list of them; not set: no validation")]
    [RecipePath(RecipePathKind.InputFile)]
    [OneOrMany]
    public ValueList<string>? Records { get; init; }

    /// <summary>The folder under which their pictures lie.</summary>
    [RecipeKey("The folder that their picture paths start from; not set: that of `data.images`")]
    [RecipePath(RecipePathKind.InputFolder)]
    public string? Images { get; init; }

    /// <summary>Questions made by the driving world instead of records.</summary>
    [RecipeKey("Validation questions that the driving world makes, without files; instead of `validation.records`")]
    public WorldDataSettings? World { get; init; }

    /// <summary>Optimizer steps between validations.</summary>
    [RecipeKey("Optimizer steps between validations; the last step is always validated")]
    [NumberLimits(AtLeast = 1)]
    public int Every { get; init; } = 100;

    /// <summary>The most samples whose loss is measured.</summary>
    [RecipeKey("The most samples whose loss is measured, drawn once by the seed, evenly over the capabilities; 0 takes all")]
    [NumberLimits(AtLeast = 0)]
    public int Samples { get; init; } = 200;

    /// <summary>How many of them are answered.</summary>
    [RecipeKey("How many of them are also answered by greedy generation and scored by exact match; 0 for none")]
    [NumberLimits(AtLeast = 0)]
    public int Answers { get; init; } = 50;

    /// <summary>The most tokens of an answer.</summary>
    [RecipeKey("The most tokens of a generated answer")]
    [NumberLimits(AtLeast = 1)]
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>What decides which checkpoint is best.</summary>
    [RecipeKey("What decides which model is best and kept under `best/`")]
    public ValidationMetric Metric { get; init; } = ValidationMetric.Loss;

    /// <summary>Validations without a better result until the run stops.</summary>
    [RecipeKey("The run stops after this many validations in a row without a better result; 0 never stops early")]
    [NumberLimits(AtLeast = 0)]
    public int Patience { get; init; }

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (World is not null && Records is not null)
        {
            yield return new RuleBreach("validation.world makes its own questions: leave it out, or validation.records", "world", "records");
        }

        if (Metric == ValidationMetric.ExactMatch && Answers == 0)
        {
            yield return new RuleBreach(
                "the exact match decides, but no answer is generated: give validation.answers a number above 0, or let the loss decide", "metric", "answers");
        }
    }
}
