using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Tests;

/// <summary>Starts and resumes trainings of a <see cref="DistillationFixture"/> as the program does, without a console.</summary>
internal sealed class TrainingWorkshop : IDisposable
{
    private readonly ResolvedRecipe<DistillRecipe> _recipe;
    private readonly DistillSession _session;

    public TrainingWorkshop(DistillationFixture world, params string[] overrides)
        : this(RecipeReader.Read<DistillRecipe>(world.Recipe, overrides))
    {
    }

    public TrainingWorkshop(ResolvedRecipe<DistillRecipe> recipe)
    {
        _recipe = recipe;
        IReadOnlyList<Sample> training = SampleFilter.Choose(Read(recipe.Recipe.Data.Records![0]), recipe.Recipe.Data.SelectedCapabilities(), recipe.Where);
        _session = DistillSession.Open(recipe, training, [.. (recipe.Recipe.Validation.Records ?? []).SelectMany(Read)]);
    }

    public VisionLanguageModel Student => _session.Student;

    public TrainingOutcome Start(
        out RunFolder run, IProgress<TrainingProgress>? progress = null, IProgress<DataProgress>? validating = null, CancellationToken cancellation = default)
    {
        run = RunFolder.Create(
            _recipe.Recipe.Output, _recipe.Yaml, RunEnvironment.Capture("0", "test", [], "cpu", TimeProvider.System), TimeProvider.System);
        using RunFolder owned = run;
        return new DistillTrainer(_session, run).Run(progress, validating, cancellation);
    }

    public TrainingOutcome Resume(
        out RunFolder run, IProgress<TrainingProgress>? progress = null, IProgress<DataProgress>? validating = null, CancellationToken cancellation = default)
    {
        run = RunFolder.Reopen(_recipe.Recipe.Output, TimeProvider.System);
        using RunFolder owned = run;
        run.Continue(0, []);
        return new DistillTrainer(_session, run).Run(progress, validating, cancellation);
    }

    public void Dispose() => _session.Dispose();

    private IReadOnlyList<Sample> Read(string file) => RecordReader.Read(file, new RecordReadOptions { ImageRoot = _recipe.Recipe.Data.Images }).Samples;
}
