using DriveKD.Data.Errors;
using DriveKD.Runs.Reports;
using static DriveKD.Runs.Tests.Reports.SyntheticRun;

namespace DriveKD.Runs.Tests.Reports;

public sealed class RunRecordTests : IDisposable
{
    private readonly SyntheticRun _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void ReadAll_NoRuns_AllProblemsAtOnce()
    {
        Directory.CreateDirectory(_runs["empty"]);
        File.WriteAllText(_runs["file"], "");
        _runs.Write("damaged", 1, Everything);
        File.WriteAllText(Path.Combine(_runs["damaged"], "run.json"), "{");
        _runs.Write("metrics", 1, Everything);
        File.AppendAllText(Path.Combine(_runs["metrics"], "metrics.jsonl"), "no\n");
        _runs.Write("recipe", 1, Everything, "a: [\n");
        _runs.Write("environment", 1, Everything);
        File.WriteAllText(Path.Combine(_runs["environment"], "environment.json"), "{");
        _runs.Write("sound", 1, Everything);

        InputException exception = Assert.Throws<InputException>(
            () => RunRecord.ReadAll([.. new[] { "none", "empty", "file", "damaged", "metrics", "recipe", "environment", "sound" }.Select(name => _runs[name])]));

        string[] starts =
        [
            $"{_runs["none"]}: is no run folder: it is not there;",
            $"{_runs["empty"]}: is no run folder: it has no run.json;",
            $"{_runs["file"]}: is no run folder: it is a file;",
            $"{_runs["damaged"]}/run.json: is damaged",
            $"{_runs["metrics"]}/metrics.jsonl, line 2: not JSON",
            $"{_runs["recipe"]}/recipe.yaml",
            $"{_runs["environment"]}/environment.json: is damaged",
        ];
        Assert.Equal(starts.Length, exception.Problems.Count);
        Assert.All(starts.Zip(exception.Problems), pair => Assert.StartsWith(pair.First, pair.Second.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ReadAll_TwiceTheSameFolder_IsOneRun()
    {
        _runs.Write("run", 1, Everything);

        Assert.Equal("run", Assert.Single(RunRecord.ReadAll([_runs["run"], _runs["run"] + "/", Path.Combine(_runs["run"], "..", "run")])).Name);
    }

    [Fact]
    public void ReadAll_TheSameNameInTwoPlaces_IsToldApart()
    {
        string[] folders = [_runs.Write("a/run", 1, Everything), _runs.Write("b/run", 1, Everything), _runs.Write("c", 1, Everything)];

        Assert.Equal([folders[0], folders[1], "c"], RunRecord.ReadAll(folders).Select(run => run.Name));
    }

    [Fact]
    public void ReadAll_OnlyTheStatus_IsEnough()
    {
        string folder = _runs.Write("run", 1, Everything);
        new[] { "recipe.yaml", "environment.json", "metrics.jsonl" }.ToList().ForEach(name => File.Delete(Path.Combine(folder, name)));

        RunSummary summary = RunSummary.Of(_runs.Read("run"));

        Assert.Equal((null, null, null, null), (summary.Student, summary.Commit, summary.TrainedSeconds, summary.Skipped));
        Assert.Empty(summary.FinalValues);
        Assert.Empty(summary.Losses);
    }

    [Fact]
    public void Of_Everything_SumsUp()
    {
        _runs.Write("run", 40, Everything);

        RunSummary summary = RunSummary.Of(_runs.Read("run"));

        Assert.Equal((4, 40, 40, 160.0, 0.0), (summary.TenthSteps, summary.Steps, summary.PlannedSteps, summary.Samples, summary.Skipped));
        LossChange ce = summary.Losses[0];
        // The mean of 3 exp(-0.02 n) over the steps 1 to 4 and 37 to 40.
        Assert.Equal(3 * Enumerable.Range(1, 4).Average(step => Math.Exp(-0.02 * step)), ce.First, 12);
        Assert.Equal(3 * Enumerable.Range(37, 4).Average(step => Math.Exp(-0.02 * step)), ce.Last, 12);
        Assert.Equal(ce.Last / ce.First, ce.Ratio!.Value, 12);
        Assert.Equal(
            [("validation.loss.all", 20, 1.0, 40, 21.0), ("validation.exact_match.all", 40, 0.4, 40, 0.4)],
            summary.Validation.Where(best => best.Metric.EndsWith(".all", StringComparison.Ordinal)).Select(best => (best.Metric, best.Step, best.Value, best.LastStep, best.LastValue)));
        Assert.Equal(0.1, summary.SignalRatios["planning"], 12);
        Assert.Equal(16, summary.FinalValues["validation.samples"]);
    }
}
