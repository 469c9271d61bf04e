using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>
/// Supervised training without teachers: what <c>drivekd finetune</c> reads from YAML. It is how a teacher is specialised to one
/// capability. The same engine as a distillation whose signals have no weight.
/// </summary>
public sealed record FinetuneRecipe
{
    /// <summary>The run folder, which does not exist yet or is empty.</summary>
    [RecipeKey("The folder that the run creates; it must not exist yet, or be empty")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public required string Output { get; init; }

    /// <summary>The one seed, split into named streams.</summary>
    [RecipeKey("The one seed of the run, split into named streams (order, weights, ...)")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; } = 42;

    /// <summary>"auto" (the first CUDA device, else the processor), "cpu", "cuda" or "cuda:N".</summary>
    [RecipeKey("Where to compute: `auto` takes the first CUDA device if there is one")]
    [TextForm("auto|cpu|cuda|cuda:(0|[1-9][0-9]{0,2})", "auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    /// <summary>The number format that the model computes in.</summary>
    [RecipeKey("The number format that the model computes in; with bfloat16 the optimizer keeps float32 masters of the trained weights")]
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>The model's checkpoint folder.</summary>
    [RecipeKey("The checkpoint folder of the model to train; it is only read")]
    [RecipePath(RecipePathKind.InputFolder)]
    public required string Model { get; init; }

    /// <summary>The driving questions.</summary>
    [RecipeKey("The driving questions")]
    public required DataSettings Data { get; init; }

    /// <summary>Length, optimizer and schedule.</summary>
    [RecipeKey("Length, optimizer and schedule")]
    public required TrainSettings Train { get; init; }

    /// <summary>What is kept in memory because it would come out the same again.</summary>
    [RecipeKey("What is kept in memory because it would come out the same again")]
    public CacheSettings Cache { get; init; } = new();

    /// <summary>Validation during training.</summary>
    [RecipeKey("Validation during training")]
    public ValidationSettings Validation { get; init; } = new();

    /// <summary>When to save.</summary>
    [RecipeKey("When to save")]
    public CheckpointSettings Checkpoint { get; init; } = new();

    /// <summary>What to write while training.</summary>
    [RecipeKey("What to write while training")]
    public LogSettings Log { get; init; } = new();

    /// <summary>The same run as a distillation without teachers.</summary>
    public DistillRecipe ToDistillation() => new()
    {
        Output = Output,
        Seed = Seed,
        Device = Device,
        Precision = Precision,
        Models = new ModelSettings { Student = Model },
        Data = Data,
        Distillation = new DistillationSettings { Weights = new LossWeights { Supervision = 1, Perception = 0, Reasoning = 0, Planning = 0 } },
        Weighting = new WeightingSettings { Kind = WeightingKind.Static },
        Train = Train,
        Cache = Cache,
        Validation = Validation,
        Checkpoint = Checkpoint,
        Log = Log,
    };

    /// <summary>Where a key of the distillation is written here: <c>models.student</c> is <c>model</c>.</summary>
    /// <param name="key">A dotted key of <see cref="DistillRecipe"/>.</param>
    public static string KeyOf(string key) => key == "models.student" ? "model" : key;
}
