using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Compare;

public sealed class ComparePlanTests
{
    [Fact]
    public void Final_SeveralArmsAndSizes_GoesSeedAfterSeed()
    {
        CompareRecipe recipe = CompareFixture.Recipe(new CompareArm { Name = "ce" }, new CompareArm { Name = "kd" }) with { Seeds = ["1-2"], Subset = ["20", "all"] };

        Assert.Equal(
            ["final_ce_n20_seed1", "final_kd_n20_seed1", "final_ce_seed1", "final_kd_seed1", "final_ce_n20_seed2", "final_kd_n20_seed2", "final_ce_seed2", "final_kd_seed2"],
            ComparePlan.Final(recipe, []).Select(run => run.Name));
        Assert.Empty(ComparePlan.Tuning(recipe));
    }

    [Fact]
    public void Tuning_TwoTunedArms_TriesEverySettingOnEverySeed()
    {
        CompareRecipe recipe = CompareFixture.Recipe(
            new CompareArm { Name = "ce" }, new CompareArm { Name = "a", Tune = ["x=1", "x=2"] }, new CompareArm { Name = "b", Tune = ["y=1", "y=2"] });

        string[] names = [.. ComparePlan.Tuning(recipe).Select(run => run.Name)];

        Assert.Equal(["tuning_a_try1_seed11", "tuning_b_try1_seed11", "tuning_a_try2_seed11", "tuning_b_try2_seed11"], names[..4]);
        Assert.Equal(8, names.Distinct().Count());
    }

    [Fact]
    public void Final_TunedArmWithoutAChoice_IsLeftOut()
    {
        CompareRecipe recipe = CompareFixture.Recipe(new CompareArm { Name = "ce" }, new CompareArm { Name = "a", Tune = ["x=1", "x=2"] });

        Assert.Equal(["ce"], ComparePlan.Final(recipe, []).Select(run => run.Arm).Distinct());
        Assert.Equal([1, 1, 1, 1], ComparePlan.Final(recipe, [new TuningChoice("a", null, 1, "x=2", [0.1, 0.2])]).Where(run => run.Arm == "a").Select(run => run.Setting));
    }

    [Fact]
    public void Overrides_SameKeyAtSeveralPlaces_TheLastCounts()
    {
        CompareArm arm = new() { Name = "a", Set = ["train.steps=2", "x=1"], Tune = ["x=3; y=4", "x=5"] };
        CompareRecipe recipe = CompareFixture.Recipe(arm) with { Set = ["train.steps=1", "z=0"] };

        Assert.Equal(["z=0", "train.steps=2", "x=1"], ComparePlan.Overrides(recipe, arm, setting: null));
        Assert.Equal(["z=0", "train.steps=2", "x=3", "y=4"], ComparePlan.Overrides(recipe, arm, setting: 0));
    }

    [Fact]
    public void TuningChoice_MeanOverSeeds_DecidesAndOfEqualsTheFirst()
    {
        CompareRecipe recipe = CompareFixture.Recipe(new CompareArm { Name = "a", Tune = ["x=1", "x=2", "x=3"] });
        IReadOnlyList<CompareRun> trials = ComparePlan.Tuning(recipe);
        // Right answers by setting and seed: 4 and 8, 7 and 7, 6 and 8.
        Dictionary<(int?, long), int> right = new() { [(0, 11)] = 4, [(0, 12)] = 8, [(1, 11)] = 7, [(1, 12)] = 7, [(2, 11)] = 6, [(2, 12)] = 8 };
        RunResult[] results = [.. trials.Select(run => CompareFixture.Result(run, right[(run.Setting, run.Seed)], right[(run.Setting, run.Seed)]))];

        TuningChoice choice = Assert.Single(TuningChoice.Of(recipe, results));

        Assert.Equal((1, "x=2"), (choice.Setting, choice.Text));
        Assert.Equal([0.6, 0.7, 0.7], choice.Scores.Select(score => Math.Round(score!.Value, 9)));
        Assert.Empty(TuningChoice.Of(recipe, results[1..]));
    }

    [Fact]
    public void TuningChoice_SettingThatFailed_IsNotChosen()
    {
        CompareRecipe recipe = CompareFixture.Recipe(new CompareArm { Name = "a", Tune = ["x=1", "x=2"] });
        RunResult[] results = [.. ComparePlan.Tuning(recipe).Select(run => run.Setting == 0 ? CompareFixture.Failure(run, "NaN") : CompareFixture.Result(run, 0, 0))];

        Assert.Equal(1, Assert.Single(TuningChoice.Of(recipe, results)).Setting);
    }
}
