using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The training of a vision tower on pictures of the driving world: what <c>drivekd world tower</c> reads from YAML. Paths are absolute once read.</summary>
public sealed record TowerRecipe : IRecipeRules
{
    /// <summary>The run folder, which does not exist yet or is empty.</summary>
    [RecipeKey("The folder that the run creates; it must not exist yet, or be empty")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public required string Output { get; init; }

    /// <summary>The one seed of the training, split into named streams.</summary>
    [RecipeKey("The one seed of the training (heads, order); pictures have their own")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; } = 42;

    /// <summary>"auto" (the first CUDA device, else the processor), "cpu", "cuda" or "cuda:N".</summary>
    [RecipeKey("Where to compute: `auto` takes the first CUDA device if there is one")]
    [TextForm("auto|cpu|cuda|cuda:(0|[1-9][0-9]{0,2})", "auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    /// <summary>The model whose tower is trained.</summary>
    [RecipeKey("The checkpoint folder of the model whose vision tower is trained; it is only read. `drivekd model create --init training` makes one")]
    [RecipePath(RecipePathKind.InputFolder)]
    public required string Model { get; init; }

    /// <summary>The pictures.</summary>
    [RecipeKey("The pictures")]
    public TowerDataSettings Data { get; init; } = new();

    /// <summary>Length, optimizer and schedule.</summary>
    [RecipeKey("Length, optimizer and schedule")]
    public TowerTrainSettings Train { get; init; } = new();

    /// <summary>When to save.</summary>
    [RecipeKey("When to save")]
    public CheckpointSettings Checkpoint { get; init; } = new();

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (Train.BatchSize > Data.Scenes)
        {
            yield return new RuleBreach(
                $"a batch of {Train.BatchSize} pictures is larger than the {Data.Scenes} that there are", "train.batch_size", "data.scenes");
        }
    }
}
