using DriveKD.Cli.Commands.Worlds.Building;
using DriveKD.Data.Errors;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands.Worlds.Building;

public sealed class BuildPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Settings with the shipped recipes.</summary>
    internal static BuildSettings Settings(TemporaryFolder folder, double scale) => BuildSettings.Check(
        folder["out"], folder["work"], Path.Combine(TestPaths.Repository, "recipes"), 7, 2, scale, allowsChanges: false);

    [Fact]
    public void Create_FullBuild_HasTheRecipesOwnNumbersAndEveryStep()
    {
        BuildPlan plan = BuildPlan.Create(Settings(_folder, 1));

        Assert.Equal(
            [
                "data", "sentences", "start", "tower", "teacher-start", "student-start", "teacher-letters", "student-letters",
                "teacher-captions", "student-captions", "teacher-alignment", "student-alignment", "teacher-joint", "perception", "reasoning", "planning",
                "perception-copy", "perception-scores", "reasoning-copy", "reasoning-scores", "planning-copy", "planning-scores", "student-copy", "student-scores",
            ],
            plan.Steps.Select(step => step.Name));
        // The graph is one that can be run.
        Assert.NotNull(new BuildScheduler(plan.Steps, 2));
        Assert.Equal([2600, 1600, 1600, 2000, 2000, 700, 700, 2200, 700, 700, 700], plan.Steps.Where(step => step.Recipe is not null).Select(step => step.Recipe!.Steps));
        Assert.Contains("24000", plan.Find("data").Command!);
        Assert.All(plan.Steps, step => Assert.StartsWith(_folder["work"], step.Product, StringComparison.Ordinal));
        Assert.All(plan.Steps.Where(step => step.Recipe is not null), step =>
        {
            string recipe = step.Recipe!.Resolve();
            Assert.Contains("seed: 7", recipe, StringComparison.Ordinal);
            Assert.Contains(step.Product, recipe, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Create_SmallScale_HasAtLeastOneStepAndAShorterWarmUp()
    {
        BuildPlan plan = BuildPlan.Create(Settings(_folder, 0.0001));

        Assert.All(plan.Steps.Where(step => step.Recipe is not null), step => Assert.Equal(1, step.Recipe!.Steps));
        Assert.All(plan.Steps.Where(step => step.Recipe is not null), step => Assert.Contains("train.warmup_steps=0", step.Recipe!.Overrides));
        Assert.Contains("data.scenes=32", plan.Find("tower").Recipe!.Overrides);
        Assert.Contains("240", plan.Find("data").Command!);
    }

    [Fact]
    public void RecipeHashOf_OtherWorkFolder_IsTheSameAndOfAnotherSeedIsNot()
    {
        BuildSettings settings = Settings(_folder, 1);
        static string Hash(BuildSettings settings) => BuildPlan.Create(settings) is var plan ? plan.RecipeHashOf(plan.Find("teacher-joint")) : "";

        Assert.Equal(Hash(settings), Hash(settings with { Work = _folder["elsewhere"] }));
        Assert.NotEqual(Hash(settings), Hash(settings with { Seed = 8 }));
    }

    [Fact]
    public void Check_ImpossibleSettings_AreToldTogether()
    {
        InputException exception = Assert.Throws<InputException>(() => BuildSettings.Check(_folder["a"], _folder["a", "b"], _folder["none"], -1, 0, 0, allowsChanges: false));

        Assert.Equal(["--seed", "--workers", "--scale", "--work", "--recipes"], exception.Problems.Select(problem => problem.Where));
    }

    [Fact]
    public void State_OfARun_FollowsItsStatus()
    {
        BuildStep step = BuildPlan.Create(Settings(_folder, 1)).Find("tower");
        Assert.Equal(ProductState.Absent, step.State());

        Directory.CreateDirectory(step.Product);
        File.WriteAllText(Path.Combine(step.Product, "run.json"), """{"state":"running","started_at":"2026-01-01T00:00:00Z","process_id":1}""");
        Assert.Equal(ProductState.Remains, step.State());

        File.WriteAllText(Path.Combine(step.Product, "recipe.yaml"), "seed: 1\n");
        Assert.Equal(ProductState.Interrupted, step.State());

        File.WriteAllText(Path.Combine(step.Product, "run.json"), """{"state":"finished","started_at":"2026-01-01T00:00:00Z","process_id":1}""");
        Assert.Equal(ProductState.Finished, step.State());
    }

    [Fact]
    public void Changes_OtherSettingsRecipeOrMissingStep_AreAllTold()
    {
        BuildPlan plan = BuildPlan.Create(Settings(_folder, 1));
        Dictionary<string, ProductState> states = plan.Steps.ToDictionary(step => step.Name, _ => ProductState.Finished);
        foreach (BuildStep step in plan.Steps.Where(step => step.Recipe is not null))
        {
            Directory.CreateDirectory(step.Product);
            File.WriteAllText(Path.Combine(step.Product, "recipe.yaml"), step.Recipe!.Resolve());
        }

        BuildRecord now = new(7, 1, "program b");
        Assert.Empty(BuildChecks.Changes(plan, now, now, states));

        states["teacher-start"] = ProductState.Absent;
        string recipe = Path.Combine(plan.Find("planning").Product, "recipe.yaml");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("learning_rate: 0.0015", "learning_rate: 0.5", StringComparison.Ordinal));
        string[] changes = [.. BuildChecks.Changes(plan, new BuildRecord(6, 0.5, "program a"), now, states)];

        Assert.Equal(5, changes.Length);
        Assert.Equal("was made with the seed 6, now it is 7", changes[0]);
        Assert.Equal("was made with the scale 0.5, now it is 1", changes[1]);
        Assert.Equal("was made with the program program a, now it is program b", changes[2]);
        Assert.Contains("holds planning of another recipe, train.learning_rate: 0.5 then, 0.0015 now", changes[3], StringComparison.Ordinal);
        Assert.Contains("holds teacher-letters, made from an earlier teacher-start, which is not there any more", changes[4], StringComparison.Ordinal);
    }
}
