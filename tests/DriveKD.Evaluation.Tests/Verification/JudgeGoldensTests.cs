using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Judge;
using DriveKD.Evaluation.Verification.Metrics;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Verification;

public sealed class JudgeGoldensTests
{
    [Fact]
    public void Run_RecordedFacts_AllAgree()
    {
        GoldenCheck[] checks = [.. Judging(MetricGoldens.Run(TestPaths.Asset("metrics")))];

        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case}: {check.Stage}: {check.Detail}"));
        Assert.Equal(13, checks.Length);
        Assert.Equal(117, checks[0].Compared);
        Assert.Equal(6, checks.Count(check => check.Stage == "order of fields"));
    }

    [Fact]
    public void Run_ReferenceData_AllAgree() =>
        Assert.All(Judging(MetricGoldens.Run(TestPaths.RequireShared("golden", "metrics"))), check => Assert.True(check.Passed, check.Detail));

    [Fact]
    public void Run_OtherFacts_FailByName()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["judge-scores.json"], """{"cases": [{"id": 0, "reply": "Total Score: 3", "score": 4}, {"id": 1, "reply": "none", "score": null}]}""");
        File.WriteAllText(
            folder["judge-prompts.json"],
            """{"templates": [{"template": "behavior_mcq", "criteria": [{"name": "Answer Correctness", "points": 40}], "placeholder_order": ["QUESTION", "PRED", "GT"]}, {"template": "odd", "criteria": [], "placeholder_order": []}]}""");

        GoldenCheck[] checks = [.. MetricGoldens.Run(folder.Path)];

        Assert.Equal([1.0, 5.0, 2.0, 1.0], checks.Select(check => check.WorstAbsolute));
        Assert.All(checks, check => Assert.False(check.Passed));
        Assert.Contains("'Total Score: 3' is read as 3, recorded is 4", checks[0].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"cases\": []}")]
    [InlineData("{\"cases\": [{\"reply\": 5}]}")]
    public void Run_BrokenTable_IsNamed(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["judge-scores.json"], text);

        Assert.Contains("judge-scores.json", Assert.Throws<InputException>(() => MetricGoldens.Run(folder.Path).ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AreIn_OtherFolder_IsFalse() => Assert.False(MetricGoldens.AreIn(TestPaths.Asset("aggregation")));

    [Fact]
    public void All_EverySheet_AddsUpTo100() => Assert.All(Rubrics.All, rubric => Assert.Equal(Rubric.Total, rubric.Criteria.Sum(criterion => criterion.Points)));

    private static IEnumerable<GoldenCheck> Judging(IEnumerable<GoldenCheck> checks) =>
        checks.Where(check => check.Case.StartsWith("judge-", StringComparison.Ordinal));
}
