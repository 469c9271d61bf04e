using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>The recipe of a step that trains: an ordinary file of <c>recipes/world/</c> and the keys that the build gives it.</summary>
internal sealed class StepRecipe
{
    private readonly bool _isTower;

    private StepRecipe(string file, bool isTower, IReadOnlyList<string> overrides) => (File, _isTower, Overrides) = (file, isTower, overrides);

    /// <summary>The file; absolute.</summary>
    public string File { get; }

    /// <summary>The keys, as they stand on a command line.</summary>
    public IReadOnlyList<string> Overrides { get; }

    /// <summary>Optimizer steps of the run.</summary>
    public int Steps { get; private init; }

    /// <summary>The command line that starts the run.</summary>
    public IReadOnlyList<string> Command => [.. _isTower ? (string[])["world", "tower"] : ["finetune"], File, .. Overrides];

    /// <summary>A training of the tower.</summary>
    /// <param name="settings">The build's.</param>
    /// <param name="file">The recipe.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="output">The run folder.</param>
    /// <exception cref="Data.Errors.InputException">The recipe is faulty.</exception>
    public static StepRecipe Tower(BuildSettings settings, string file, string model, string output)
    {
        TowerRecipe full = RecipeReader.Read<TowerRecipe>(file, [], checkPaths: false).Recipe;
        int steps = settings.Scaled(full.Train.Steps);
        return new StepRecipe(file, isTower: true,
        [
            .. Shared(settings, model, output, steps, full.Train.WarmupSteps),
            Key("data.seed", settings.Seed),
            Key("data.scenes", settings.Scaled(full.Data.Scenes, full.Train.BatchSize)),
            Key("data.held_out", settings.Scaled(full.Data.HeldOut, full.Train.BatchSize)),
        ])
        { Steps = steps };
    }

    /// <summary>A training on answers.</summary>
    /// <param name="settings">The build's.</param>
    /// <param name="file">The recipe; its length is in steps.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="output">The run folder.</param>
    /// <param name="data">The folder of the data set, whose files the recipe names.</param>
    /// <exception cref="Data.Errors.InputException">The recipe is faulty.</exception>
    public static StepRecipe Finetune(BuildSettings settings, string file, string model, string output, string data)
    {
        FinetuneRecipe full = RecipeReader.Read<FinetuneRecipe>(file, [], checkPaths: false).Recipe;
        if (full.Train.Steps is not int fullSteps || full.Data.Records is not { } records)
        {
            throw new Data.Errors.InputException(file, "gives train.epochs or data.world; a step of the build has train.steps and data.records.");
        }

        int steps = settings.Scaled(fullSteps);
        return new StepRecipe(file, isTower: false,
        [
            .. Shared(settings, model, output, steps, full.Train.WarmupSteps),
            $"data.records=[{string.Join(", ", records.Select(record => Quote(Path.Combine(data, Path.GetFileName(record)))))}]",
            $"data.images={Quote(data)}",
        ])
        { Steps = steps };
    }

    /// <summary>The recipe in full, as the run would write it.</summary>
    public string Resolve() => _isTower
        ? RecipeReader.Read<TowerRecipe>(File, Overrides, checkPaths: false).Yaml
        : RecipeReader.Read<FinetuneRecipe>(File, Overrides, checkPaths: false).Yaml;

    private static IEnumerable<string> Shared(BuildSettings settings, string model, string output, int steps, int warmup) =>
    [
        $"output={Quote(output)}",
        $"model={Quote(model)}",
        Key("seed", settings.Seed),
        Key("train.steps", steps),
        // Shorter than the run, however short that is.
        Key("train.warmup_steps", Math.Min(steps - 1, (int)Math.Round(warmup * Math.Min(1, settings.Scale), MidpointRounding.AwayFromZero))),
    ];

    private static string Key(string name, long value) => FormattableString.Invariant($"{name}={value}");

    private static string Quote(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
}
