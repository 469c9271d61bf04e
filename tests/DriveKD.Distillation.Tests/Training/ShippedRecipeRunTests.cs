using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>Every recipe of a training under recipes/ trains for two steps on tiny models, and what it says it follows moves the student.</summary>
public sealed class ShippedRecipeRunTests : IDisposable
{
    // Both kinds of bfloat16, and adapters; elsewhere float32, where gradients of tiny models are more than rounding.
    private static readonly string[] _keepPrecision = ["paper-default", "released", "lora-one-gpu"];

    // Norms of other samples stand in the second step than those that the weights were measured on.
    private const double RatioTolerance = 2.5;

    // Supervision counts up to three times, and the signals stand at a ratio of it: of that ratio less than this, and they are lost.
    private const double LeastShareOfRatio = 0.1;

    private DistillationFixture _world = null!;

    public static TheoryData<string> Recipes =>
    [
        .. Directory.GetFiles(Path.Combine(TestPaths.Repository, "recipes"), "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(TestPaths.Repository, "recipes"), file))
            .Select(file => file.Replace('\\', '/')).Where(IsTraining).Order(StringComparer.Ordinal),
    ];

    public void Dispose() => _world?.Dispose();

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Run_TwoStepsOfAShippedRecipe_EverySignalMovesTheStudent(string name)
    {
        _world = new DistillationFixture(records: 12, name.Contains("/qwen/", StringComparison.Ordinal) ? "qwen-tiny" : "tiny");
        // Another width than the student's and the other teacher's: maps between hidden states are learned, and two folders loaded.
        _world.CreateWideModel("wide-teacher", 3);
        ResolvedRecipe<DistillRecipe> resolved = Read(name);
        DistillRecipe recipe = resolved.Recipe;
        List<TrainingProgress> steps = [];
        using TrainingWorkshop workshop = new(resolved);

        TrainingOutcome outcome = workshop.Start(out RunFolder run, new Steps(steps));

        Assert.Equal((2, false, run.FinalFolder), (outcome.Steps, outcome.WasCancelled, outcome.ModelFolder));
        Assert.Equal(
            ExpectedTasks(recipe).Order(), steps.SelectMany(step => step.Losses.Keys).Distinct().Order());
        Assert.All(steps, step =>
        {
            Assert.True(double.IsFinite(step.GradientNorm) && step.GradientNorm > 0, $"gradient {step.GradientNorm}");
            Assert.All(step.Losses, loss => Assert.True(double.IsFinite(loss.Value) && loss.Value > 0, $"{loss}"));
            Assert.All(step.Losses.Keys, task => Assert.True(step.Weights[task] is > 0 and < 1e9, $"{task}"));
        });
        Assert.NotEqual(
            File.ReadAllBytes(Path.Combine(recipe.Models.Student, "model.safetensors")), File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors")));
        Assert.Equal(recipe.Validation.Records is not null, steps[^1].Validation is not null);
        if (ExpectedTasks(recipe).Count() > 1)
        {
            Assert.All(steps, step => AssertSignalsMoveTheStudent(recipe, step));
        }
    }

    private static void AssertSignalsMoveTheStudent(DistillRecipe recipe, TrainingProgress step)
    {
        UpdateSummary update = step.Update!;
        Assert.Equal(step.Losses.Keys.Order(), update.Norms.Keys.Order());
        Assert.All(update.Norms, norm => Assert.True(norm.Value > 0, $"{norm.Key} reaches nothing that is trained"));
        Assert.All(update.Coefficients.Values, coefficient => Assert.True(double.IsFinite(coefficient)));
        Assert.True(update.DistillationShare > 0, "the signals are not in the update");
        if (recipe.Weighting.Kind == WeightingKind.Ratio && step.Step == 2)
        {
            Assert.True(update.DistillationShare > LeastShareOfRatio * recipe.Weighting.Ratio, $"the signals are {update.DistillationShare} of the update");
            double supervision = step.Weights[TrainingTask.Supervision] * update.Norms[TrainingTask.Supervision];
            Assert.All(update.Norms.Where(norm => norm.Key != TrainingTask.Supervision), norm => Assert.InRange(
                step.Weights[norm.Key] * norm.Value / supervision, recipe.Weighting.Ratio / RatioTolerance, recipe.Weighting.Ratio * RatioTolerance));
        }
    }

    /// <summary>What a recipe trains on, from its keys: supervision, and each signal that some chosen sample has weight and share for.</summary>
    private static IEnumerable<TrainingTask> ExpectedTasks(DistillRecipe recipe)
    {
        IReadOnlyList<Capability> samples = recipe.Data.SelectedCapabilities() ?? Enum.GetValues<Capability>();
        return Enum.GetValues<Capability>()
            .Where(teacher => recipe.Distillation.Weights[teacher] > 0 && samples.Any(sample => recipe.Distillation.Mixing[sample][teacher] > 0))
            .Select(TrainingTasks.Of).Prepend(TrainingTask.Supervision);
    }

    /// <summary>A training on questions: not the tower's, which has pictures alone.</summary>
    private static bool IsTraining(string name) => name.Split('/')[0] is "distill" or "finetune" or "world" && name != "world/tower.yaml";

    private ResolvedRecipe<DistillRecipe> Read(string name)
    {
        string file = Path.Combine(TestPaths.Repository, "recipes", name);
        if (!name.StartsWith("distill", StringComparison.Ordinal) && name is not ("world/quickstart.yaml" or "world/study.yaml"))
        {
            FinetuneRecipe finetune = RecipeReader.Read<FinetuneRecipe>(file, [], checkPaths: false).Recipe;
            return RecipeReader.Read<FinetuneRecipe>(file, [$"model={_world.Path("student")}", .. Overrides(name, finetune.Validation)])
                .As(recipe => recipe.ToDistillation(), FinetuneRecipe.KeyOf);
        }

        DistillRecipe distill = RecipeReader.Read<DistillRecipe>(file, [], checkPaths: false).Recipe;
        IEnumerable<string> teachers = Enum.GetValues<Capability>().Where(role => distill.Models.Teachers[role] is not null)
            .Select(role => $"models.teachers.{TrainingTasks.KeyOf(TrainingTasks.Of(role))}={_world.Path(role == Capability.Reasoning ? "wide-teacher" : "teacher")}");
        return RecipeReader.Read<DistillRecipe>(file, [$"models.student={_world.Path("student")}", .. teachers, .. Overrides(name, distill.Validation)]);
    }

    private IEnumerable<string> Overrides(string name, ValidationSettings validation) =>
    [
        $"output={_world.Output}",
        $"data.records={_world.Path("records.json")}",
        $"data.images={_world.Path("images")}",
        "device=cpu",
        "train.epochs=null",
        "train.steps=2",
        "train.warmup_steps=0",
        "checkpoint.every=0",
        "log.measure_every=1",
        .. name == "world/study.yaml" ? [$"cache.folder={_world.Path("kept")}"] : (string[])[],
        .. validation.Records is null ? [] : (string[])[$"validation.records={_world.Path("records.json")}", "validation.samples=3", "validation.answers=0"],
        .. _keepPrecision.Contains(Path.GetFileNameWithoutExtension(name)) ? [] : (string[])["precision=float32"],
    ];

    private sealed class Steps(List<TrainingProgress> steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Add(value);
    }
}
