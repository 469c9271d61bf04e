using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Pretraining.Labels;
using DriveKD.Pretraining.Tests.Labels;
using DriveKD.Pretraining.Towers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Pretraining.Tests.Towers;

/// <summary>A small model to train, its recipe, and runs of it as the program makes them.</summary>
internal sealed class TowerWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TowerWorld()
    {
        ModelCreator.Create(new ModelCreatorOptions
        {
            Preset = ModelFamilies.FindPreset("world-student"),
            Folder = _folder["model"],
            Initial = InitialValues.Training,
            Seed = 1,
        });
        File.WriteAllText(
            _folder["tower.yaml"],
            """
            output: run
            model: model
            device: cpu
            data: {scenes: 64, held_out: 20}
            train: {steps: 5, batch_size: 8, warmup_steps: 1, evaluate_every: 2}
            checkpoint: {every: 2, keep: 2}
            """);
    }

    public string Model => _folder["model"];

    public string this[params string[] parts] => _folder[parts];

    public ResolvedRecipe<TowerRecipe> Recipe(params string[] overrides) =>
        RecipeReader.Read<TowerRecipe>(
        _folder["tower.yaml"], [.. overrides.Any(key => key.StartsWith("output=", StringComparison.Ordinal)) ? [] : (string[])["output=" + _folder["run"]], .. overrides]);

    public TowerOutcome Train(
        ResolvedRecipe<TowerRecipe> recipe, IProgress<TowerProgress>? progress = null, ILabelledPictures? source = null, CancellationToken cancellation = default)
    {
        using TowerSession session = TowerSession.Open(recipe, source ?? new ColoredSquares(), cancellation: CancellationToken.None);
        bool isNew = !Directory.Exists(recipe.Recipe.Output);
        using RunFolder run = isNew
            ? RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, RunEnvironment.Capture("0", "test", [], "cpu", TimeProvider.System), TimeProvider.System)
            : RunFolder.Reopen(recipe.Recipe.Output, TimeProvider.System);
        if (!isNew)
        {
            run.Continue(0, []);
        }

        return new TowerTrainer(session, run, TimeProvider.System).Run(progress, cancellation);
    }

    public void Dispose() => _folder.Dispose();
}
