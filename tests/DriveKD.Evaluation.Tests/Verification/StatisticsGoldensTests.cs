using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Verification;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Verification;

public sealed class StatisticsGoldensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Asset => TestPaths.Asset("statistics");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_ReferenceTable_PassesWhole()
    {
        GoldenCheck[] checks = [.. StatisticsGoldens.Run(Asset)];
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case}: {check.Stage}: {check.Detail}"));
        Assert.All(checks, check => Assert.Equal(0, check.NotCompared));
        Assert.Equal(
            [
                ("wilson", "low, high", 240), ("mcnemar_exact", "p", 36),
                ("paired_t", "mean difference", 6), ("paired_t", "t", 6), ("paired_t", "p", 6), ("paired_t", "low, high", 12),
                ("sign_flip_exact", "p", 4), ("holm_and_bh", "holm", 25), ("holm_and_bh", "benjamini_hochberg", 25),
                ("student_t_quantile_975", "quantile", 10),
                ("correlation", "pearson", 3), ("correlation", "spearman", 3), ("correlation", "kendall", 3),
                ("cluster_bootstrap", "mean", 2), ("cluster_bootstrap", "low, high", 4), ("cluster_bootstrap", "standard error", 2),
            ],
            checks.Select(check => (check.Case, check.Stage, (int)check.Compared)));
    }

    [Fact]
    public void Run_ReferenceFolder_IsTheTableOfTheTests() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Asset, "statistics.json")), File.ReadAllText(TestPaths.RequireShared("golden", "statistics", "statistics.json")));

    [Theory]
    [InlineData("wilson", 33, "low", "low, high")]
    [InlineData("mcnemar_exact", 29, "p", "p")]
    [InlineData("paired_t", 2, "t", "t")]
    [InlineData("paired_t", 3, "high", "low, high")]
    [InlineData("sign_flip_exact", 3, "p", "p")]
    [InlineData("correlation", 1, "kendall", "kendall")]
    [InlineData("cluster_bootstrap", 1, "percentile_low", "low, high")]
    public void Run_OneChangedValue_FailsThatStatisticAndNamesTheCase(string section, int index, string key, string stage)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(Asset, "statistics.json")))!;
        JsonNode item = root[section]![index]!;
        item[key] = item[key]!.GetValue<double>() * 1.01;
        JsonObject part = new() { [section] = root[section]!.DeepClone() };
        Write("statistics.json", part.ToJsonString());
        GoldenCheck failed = Assert.Single(StatisticsGoldens.Run(_folder.Path), check => !check.Passed);
        Assert.Equal((section, stage), (failed.Case, failed.Stage));
        Assert.StartsWith($"{section}[{index}]", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherTable_ComparesWhatIsKnownAndNamesTheRest()
    {
        Write("mine.json", """
            {
              "libraries": "another",
              "student_t_quantile_95": {"1": 6.313751514675043, "4.5": 2.0762789},
              "correlation": [{"x": [1, 1, 1], "y": [1, 2, 3], "pearson": null, "spearman": null, "kendall": 0.5}],
              "sign_flip_exact": [{"differences": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "p": 0}],
              "fisher_exact": [{"p": 1}],
              "cluster_bootstrap": [{"clusters": [[1, 1], [1]], "mean": 1, "percentile_low": 1, "percentile_high": 1, "resamples": 100, "confidence": 0.9}]
            }
            """);
        Dictionary<string, GoldenCheck> checks = StatisticsGoldens.Run(_folder.Path).ToDictionary(check => $"{check.Case}/{check.Stage}");
        Assert.True(StatisticsGoldens.AreIn(_folder.Path));
        Assert.True(checks["correlation/pearson"].Passed);
        Assert.Equal("correlation[0]: not defined, expected 0.5", checks["correlation/kendall"].Detail);
        Assert.Equal(2, checks["student_t_quantile_95/quantile"].Compared);
        Assert.StartsWith("student_t_quantile_95", checks["student_t_quantile_95/quantile"].Case, StringComparison.Ordinal);
        Assert.Equal((0, 1), (checks["sign_flip_exact/p"].Compared, checks["sign_flip_exact/p"].NotCompared));
        Assert.Equal("not compared: 1 x no statistic of this name is known", checks["fisher_exact/all"].Detail);
        Assert.True(checks["cluster_bootstrap/low, high"].Passed);
        Assert.Equal(0, checks["cluster_bootstrap/standard error"].Compared);
    }

    [Theory]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("{\"wilson\": [", "is not valid JSON")]
    [InlineData("{\"wilson\": 3}", "wilson is not a list")]
    [InlineData("{\"wilson\": [{\"successes\": 3}]}", "wilson[0] has no \"n\"")]
    [InlineData("{\"wilson\": [{\"successes\": 3, \"n\": 2, \"low\": 0, \"high\": 1}]}", "wilson holds what no statistic is defined for")]
    [InlineData("{\"mcnemar_exact\": [{\"only_first_right\": 9223372036854775807, \"only_second_right\": 2, \"p\": 0}]}", "mcnemar_exact holds what no statistic is defined for")]
    [InlineData("{\"paired_t\": [{\"first\": [1], \"second\": [1, \"x\"]}]}", "paired_t[0].second[1] is not a number")]
    [InlineData("{\"holm_and_bh\": [{\"p\": [0.5], \"holm\": []}]}", "holm_and_bh[0].holm has 0 numbers for 1 p values")]
    [InlineData("{\"student_t_quantile_975\": {\"many\": 2}}", "student_t_quantile_975.many is not named for degrees of freedom")]
    [InlineData("{\"cluster_bootstrap\": [{\"clusters\": [], \"resamples\": 0}]}", "cluster_bootstrap[0].resamples is not between 1 and")]
    public void Run_BrokenTable_SaysWhereAndWhat(string json, string expected)
    {
        Write("statistics.json", json);
        InputException exception = Assert.Throws<InputException>(() => StatisticsGoldens.Run(_folder.Path).ToList());
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AreIn_FolderOfSomethingElse_IsFalse()
    {
        Assert.False(StatisticsGoldens.AreIn(_folder.Path));
        Assert.False(StatisticsGoldens.AreIn(_folder["absent"]));
        Write("broken.json", "{\"wilson\": [");
        Write("other.json", "{\"cases\": [{\"wilson\": []}]}");
        Assert.False(StatisticsGoldens.AreIn(_folder.Path));
    }

    private void Write(string name, string json) => File.WriteAllText(_folder[name], json);
}
