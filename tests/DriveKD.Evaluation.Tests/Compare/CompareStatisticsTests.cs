using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Compare;

public sealed class CompareStatisticsTests
{
    private static readonly CompareRecipe _recipe = CompareFixture.Recipe(
        new CompareArm { Name = "ce" }, new CompareArm { Name = "zero", IdenticalTo = "ce" }, new CompareArm { Name = "kd", Explanation = "<b>bold</b>" });

    private static readonly CompareFacts _facts = new()
    {
        Folder = "/runs/my",
        Program = "drivekd 0",
        Command = "drivekd compare x.yaml",
        Machine = "m",
        StartedAt = DateTimeOffset.UnixEpoch,
        MadeAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>kd is 1, 2, 3 and 2 answers of ten above ce in perception, and level in planning.</summary>
    private static RunResult[] Results() => [.. ComparePlan.Final(_recipe, []).Select(run => CompareFixture.Result(
        run, 2 + (int)run.Seed + (run.Arm == "kd" ? ((int[])[1, 2, 3, 2])[run.Seed - 1] : 0), 5, run.Arm == "kd" ? "other" : $"w{run.Seed}", $"o{run.Seed}"))];

    [Fact]
    public void Of_AllRuns_HasMeansAndPairedDifferences()
    {
        CompareResults results = CompareStatistics.Of(_recipe, Results());

        ArmFigure ce = results.Figures.Single(figure => figure.Arm == "ce" && figure.Capability == Capability.Perception);
        Assert.Equal([1, 2, 3, 4], ce.Seeds);
        Assert.Equal([0.3, 0.4, 0.5, 0.6], ce.Values);
        Assert.Equal(0.45, ce.Summary.Mean!.Value, 12);
        Assert.Equal(0.475, results.Figures.Single(figure => figure.Arm == "ce" && figure.Capability is null).Summary.Mean!.Value, 12);
        Assert.DoesNotContain(results.Figures, figure => figure.Capability == Capability.Reasoning);
        ArmDifference kd = results.Differences.Single(difference => difference.Arm == "kd" && difference.Capability == Capability.Perception);
        Assert.Equal(0.2, kd.Test.MeanDifference!.Value, 12);
        // Differences .1, .2, .3, .2: t = .2 / (.0816497 / 2) with three degrees of freedom.
        Assert.Equal(4.898979486, kd.Test.Statistic!.Value, 6);
        Assert.Equal(0.0162771, kd.P!.Value, 6);
        Assert.Equal(0.125, kd.SignFlipP!.Value, 12);
        // The smallest of four capabilities' p values is multiplied by four.
        Assert.Equal(4 * kd.P.Value, kd.CorrectedP!.Value, 12);
        Assert.True(results.IsSound);
    }

    [Fact]
    public void Of_DifferencesWithoutSpread_UseTheSignFlipTest()
    {
        CompareRun[] runs = [.. ComparePlan.Final(_recipe, [])];

        CompareResults results = CompareStatistics.Of(_recipe, [.. runs.Select(run => CompareFixture.Result(run, run.Arm == "kd" ? 6 : 5, 5))]);

        ArmDifference kd = results.Differences.Single(difference => difference.Arm == "kd" && difference.Capability == Capability.Perception);
        Assert.Null(kd.Test.Statistic);
        Assert.Equal(0.125, kd.P);
        Assert.Equal(1, results.Differences.Single(difference => difference.Arm == "kd" && difference.Capability == Capability.Planning).P);
    }

    [Fact]
    public void Of_WeightsThatDiffer_BreakTheControl()
    {
        CompareResults results = CompareStatistics.Of(_recipe, [.. Results().Select(result =>
            result.Run is { Arm: "zero", Seed: 3 } ? result with { Facts = result.Facts with { WeightsHash = "x" } } : result)]);

        Assert.Equal([3L], results.Identities.Where(check => !check.IsIdentical).Select(check => check.Seed));
        Assert.Equal(4, results.Identities.Count);
        Assert.False(results.IsSound);
        Assert.Contains(CompareWords.Notices(_recipe, results), notice => notice.Contains("zero and ce should have the same weights, and differ at seed 3", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_SomeRuns_PairsTheSeedsThatBothHave()
    {
        RunResult[] all = Results();
        RunResult[] some = [.. all.Where(result => !(result.Run.Arm == "ce" && result.Run.Seed == 2)).Select(result =>
            result.Run is { Arm: "kd", Seed: 4 } ? CompareFixture.Failure(result.Run, "memory is full") : result)];

        CompareResults results = CompareStatistics.Of(_recipe, some);

        Assert.Equal([1, 3], results.Differences.First(difference => difference.Arm == "kd").Seeds);
        Assert.Equal((10, 12, false), (results.FinishedRuns, results.PlannedRuns, results.IsSound));
        Assert.Equal("memory is full", Assert.Single(results.Failures).Error);
        Assert.Contains(CompareWords.Notices(_recipe, results), notice => notice.StartsWith("Incomplete: 10 of 12", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_ArmsThatTrainOnOtherSamples_AreNamed()
    {
        CompareResults results = CompareStatistics.Of(_recipe, [.. Results().Select(result =>
            result.Run is { Arm: "kd", Seed: 2 } ? result with { Facts = result.Facts with { TrainingSetHash = "x" } } : result)]);

        Assert.Equal(["seed 2"], results.DifferentData);
    }

    [Fact]
    public void Of_TrialsAndFinalRuns_CostsAddUp()
    {
        CompareRecipe recipe = CompareFixture.Recipe(new CompareArm { Name = "ce" }, new CompareArm { Name = "a", Tune = ["x=1", "x=2"] });
        RunResult[] trials = [.. ComparePlan.Tuning(recipe).Select(run => CompareFixture.Result(run, 5, 5))];
        RunResult[] final = [.. ComparePlan.Final(recipe, TuningChoice.Of(recipe, trials)).Select(run => CompareFixture.Result(run, 5, 5))];

        CompareResults results = CompareStatistics.Of(recipe, [.. trials, .. final]);

        Assert.Equal(new ArmCost("ce", 4, 0, 0, 48, 8, 4, 12), results.Costs[0]);
        Assert.Equal(new ArmCost("a", 4, 4, 2, 96, 16, 8, 24), results.Costs[1]);
        Assert.Contains(CompareWords.Notices(recipe, results), notice => notice.StartsWith("Not tuned, run as they are: ce.", StringComparison.Ordinal));
    }

    [Fact]
    public void Page_AllRuns_ShowsFiguresAndEscapesText()
    {
        string page = ComparePage.Write(_recipe, CompareStatistics.Of(_recipe, Results()), _facts);

        Assert.Contains("Differences from ce", page, StringComparison.Ordinal);
        Assert.Contains("drivekd compare x.yaml", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;bold&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<second>", page, StringComparison.Ordinal);
        // 3 arms x 3 rows of 4 seeds, and 2 arms x 3 rows of differences.
        Assert.Equal((9 + 6) * 4, page.Split("class=\"seed\"").Length - 1);
        Assert.DoesNotContain("Few samples", page, StringComparison.Ordinal);
    }

    /// <summary>Two seeds, all or nothing right: intervals of many hundred percent, which no share can reach.</summary>
    [Fact]
    public void Page_TwoSeedsFarApart_PlotsEndAtWhatSharesCanBe()
    {
        CompareRecipe recipe = _recipe with { Seeds = ["1-2"] };
        RunResult[] results = [.. ComparePlan.Final(recipe, []).Select(run => CompareFixture.Result(run, run.Seed == 1 ? 0 : 10, run.Seed == 1 ? 10 : 0))];

        string page = ComparePage.Write(recipe, CompareStatistics.Of(recipe, results), _facts);

        Assert.Contains(">100 %<", page, StringComparison.Ordinal);
        Assert.All((string[])[">120 %<", ">150 %<", ">200 %<", ">400 %<"], tick => Assert.DoesNotContain(tick, page, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_SeveralSizes_HasACurveForEachCapability()
    {
        CompareRecipe recipe = _recipe with { Subset = ["5", "10", "all"] };
        RunResult[] results = [.. ComparePlan.Final(recipe, []).Select(run => CompareFixture.Result(run, run.Size is null ? 9 : 4, (int)run.Seed))];

        string page = ComparePage.Write(recipe, CompareStatistics.Of(recipe, results), _facts);

        Assert.Equal(
            ["mean", "perception", "planning"],
            ((string[])["mean", "perception", "planning", "reasoning"]).Where(name => page.Contains($"id=\"curve-{name}-title\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Page_NothingYet_SaysSo()
    {
        CompareResults results = CompareStatistics.Of(_recipe, []);

        Assert.Contains("There is no difference to look at yet", ComparePage.Write(_recipe, results, _facts), StringComparison.Ordinal);
        Assert.False(results.IsSound);
    }

    [Fact]
    public void Csv_AllRuns_HasARowForEverySeedAndSummary()
    {
        string[] lines = CompareCsv.Write(CompareStatistics.Of(_recipe, Results())).TrimEnd('\n').Split('\n');

        Assert.Equal("kind,arm,size,capability,seed,n,value,low,high,p,p_holm", lines[0]);
        Assert.Equal(36, lines.Count(line => line.StartsWith("exact,", StringComparison.Ordinal)));
        Assert.Equal(24, lines.Count(line => line.StartsWith("difference,", StringComparison.Ordinal)));
        Assert.Contains("exact,ce,all,perception,1,1,0.3,,,,", lines);
        Assert.All(lines, line => Assert.Equal(10, line.Count(letter => letter == ',')));
    }
}
