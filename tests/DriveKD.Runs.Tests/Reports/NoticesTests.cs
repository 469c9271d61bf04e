using DriveKD.Runs.Folders;
using DriveKD.Runs.Reports;
using static DriveKD.Runs.Tests.Reports.SyntheticRun;

namespace DriveKD.Runs.Tests.Reports;

public sealed class NoticesTests : IDisposable
{
    private const int NoProcess = int.MaxValue;

    private readonly SyntheticRun _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void Find_SoundRun_NoNotice() => Assert.Empty(Find(40, Everything));

    [Theory]
    [InlineData(RunState.Failed, NoticeKind.Failed, NoticeLevel.Failure, "The run failed after 3 steps")]
    [InlineData(RunState.Cancelled, NoticeKind.Cancelled, NoticeLevel.Warning, "The run was stopped after 3 steps")]
    public void Find_EndedEarly_SaysWhy(RunState state, NoticeKind kind, NoticeLevel level, string title)
    {
        _runs.Write("run", Finished(3) with { State = state, Reason = "the disk is full" }, 3, Everything);

        Notice notice = Assert.Single(Notices.Find(_runs.Read("run")));

        Assert.Equal((kind, level, title, "The reason it left: the disk is full"), (notice.Kind, notice.Level, notice.Title, notice.Text));
    }

    [Fact]
    public void Find_RunSaidSomething_IsToldAfterWhatWasMeasured()
    {
        _runs.Write("run", Finished(3) with { Notices = ["cache.folder: no room.", "Something else."] }, 3, Everything);

        IReadOnlyList<Notice> notices = Notices.Find(_runs.Read("run"));

        Assert.Equal([NoticeKind.Told, NoticeKind.Told], notices.Select(notice => notice.Kind));
        Assert.Equal(["cache.folder: no room.", "Something else."], notices.Select(notice => notice.Text));
    }

    [Fact]
    public void Find_MarkedAsRunning_AsksForTheProcess()
    {
        RunStatus running = new() { State = RunState.Running, StartedAt = Noon, ProcessId = Environment.ProcessId };
        _runs.Write("alive", running, 3, Everything);
        _runs.Write("dead", running with { ProcessId = NoProcess }, 3, Everything);
        _runs.Write("reused", running, 3, Everything);
        File.SetLastWriteTimeUtc(Path.Combine(_runs["reused"], RunStatus.FileName), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(NoticeKind.Running, Assert.Single(Notices.Find(_runs.Read("alive"))).Kind);
        Assert.Equal(NoticeKind.Killed, Assert.Single(Notices.Find(_runs.Read("dead"))).Kind);
        Assert.Equal(NoticeKind.Killed, Assert.Single(Notices.Find(_runs.Read("reused"))).Kind);
    }

    [Fact]
    public void Find_TornLine_OnlyWhereNobodyIsWriting()
    {
        RunStatus running = new() { State = RunState.Running, StartedAt = Noon, ProcessId = Environment.ProcessId };
        _runs.Write("alive", running, 3, Everything);
        _runs.Write("dead", running with { ProcessId = NoProcess }, 3, Everything);
        File.AppendAllText(Path.Combine(_runs["alive"], "metrics.jsonl"), "{\"step\":4,");
        File.AppendAllText(Path.Combine(_runs["dead"], "metrics.jsonl"), "{\"step\":4,");

        Assert.Equal([NoticeKind.Running], Notices.Find(_runs.Read("alive")).Select(notice => notice.Kind));
        Assert.Equal([NoticeKind.Killed, NoticeKind.TornLine], Notices.Find(_runs.Read("dead")).Select(notice => notice.Kind));
    }

    [Theory]
    [InlineData(true, "metrics.jsonl is not there yet")]
    [InlineData(false, "metrics.jsonl has no whole line yet")]
    public void Find_NoSteps_SaysSo(bool isMissing, string text)
    {
        string folder = _runs.Write("run", 0, Everything);
        if (isMissing)
        {
            File.Delete(Path.Combine(folder, "metrics.jsonl"));
        }

        Notice notice = Assert.Single(Notices.Find(_runs.Read("run")));

        Assert.Equal(NoticeKind.NoMetrics, notice.Kind);
        Assert.StartsWith(text, notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NotFinite_NamesMetricsAndFirstStep()
    {
        Notice notice = Assert.Single(Find(40, step => With(
            Everything(step), ("loss.ce", step is 12 or 13 ? double.NaN : 1), ("gradient_norm", step == 13 ? double.PositiveInfinity : 1))));

        Assert.Equal((NoticeKind.NotFinite, "2 steps have values that are no numbers"), (notice.Kind, notice.Title));
        Assert.Equal(["gradient_norm", "loss.ce"], notice.Subjects);
        Assert.Contains("first at step 12.", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_LossRose_OnlyAboveItsNoise()
    {
        Notice notice = Assert.Single(Find(40, step => With(Everything(step), ("loss.planning", 1 + (0.01 * step)))));
        Assert.Equal(NoticeKind.LossRose, notice.Kind);
        Assert.Equal(["planning"], notice.Subjects);

        // A rise of a tenth, with a spread of one; a rise of half a hundredth; too few steps to tell.
        Assert.Empty(Find(400, step => With(Everything(step), ("loss.planning", 2 + (step % 2) + (0.1 * step / 400)))));
        Assert.Empty(Find(40, step => With(Everything(step), ("loss.planning", 1 + (0.005 * step / 40)))));
        Assert.Empty(Find(19, step => With(Everything(step), ("loss.planning", step))));
    }

    [Theory]
    [InlineData(0.0099, true)]
    [InlineData(0.0101, false)]
    public void Find_SmallShareOfDistillation_Fires(double share, bool fires)
    {
        IReadOnlyList<Notice> notices = Find(40, step => With(Everything(step), ("gradient.distillation_share", step % 2 == 0 ? share : step % 4 == 1 ? 0 : 1)));

        // The median is what counts: a quarter of the steps lies at 0, a quarter at 1.
        Assert.Equal(fires ? [NoticeKind.WeakSignal] : [], notices.Select(notice => notice.Kind));
        Assert.All(notices, notice => Assert.Equal(["distillation"], notice.Subjects));
    }

    [Fact]
    public void Find_WeakSignals_AreNamedEach()
    {
        Notice notice = Assert.Single(Find(40, step => With(
            Everything(step),
            ("weight.perception", 10),
            ("gradient.norm.perception", 0.00099),
            ("gradient.norm.reasoning", 0.0101),
            ("gradient.norm.planning", 0.009))));

        Assert.Equal(["perception", "planning"], notice.Subjects);
        Assert.Equal("Perception and planning contribute less than 1 % of the update", notice.Title);
        Assert.Contains("perception 0.99 % (too small), reasoning 1.01 % and planning 0.9 % (too small)", notice.Text, StringComparison.Ordinal);
        Assert.Equal("weighting.kind=ratio weighting.ratio=0.1", notice.Remedy);
    }

    [Fact]
    public void Find_WeakSignal_RemedyStandsWhereTheRecipeHasIt()
    {
        _runs.Write("run", 40, step => With(Everything(step), ("gradient.norm.planning", 0)), Recipe + "more:\n  weighting: { kind: static }\n");

        Assert.Equal("more.weighting.kind=ratio more.weighting.ratio=0.1", Assert.Single(Notices.Find(_runs.Read("run"))).Remedy);
    }

    [Fact]
    public void Find_SignalsSwitchedOff_AreNotWeak()
    {
        IReadOnlyList<Notice> notices = Find(40, step => With(
            Everything(step),
            ("weight.perception", 0),
            ("weight.reasoning", 0),
            ("weight.planning", 0),
            ("gradient.distillation_share", 0)));

        Assert.Empty(notices);
    }

    [Fact]
    public void Find_NormsWithoutWeights_AreNotJudged() =>
        Assert.Empty(Find(40, step => Row(("loss.ce", 1), ("loss.planning", 1), ("gradient.norm.ce", 1), ("gradient.norm.planning", 1e-6))));

    [Fact]
    public void Find_NoConflict_SaysWhatTheProjectionDid()
    {
        Assert.Equal("The gradients never conflicted", Assert.Single(Find(40, _ => Row(("gradient.conflict.ce_planning", 0)))).Title);
        Assert.Equal(
            "The projection changed nothing",
            Assert.Single(Find(40, _ => Row(("gradient.conflicts_before", 0), ("gradient.stage1_projections", 0), ("gradient.stage2_projections", 0)))).Title);
        Assert.Empty(Find(40, step => Row(("gradient.conflicts_before", step == 40 ? 0.25 : 0))));
        Assert.Empty(Find(40, _ => Row(("gradient.cosine.ce_planning", 1))));
    }

    [Fact]
    public void Find_Skipped_Counts()
    {
        Notice notice = Assert.Single(Find(40, step => With(Everything(step), ("skipped", step / 20))));

        Assert.Equal((NoticeKind.Skipped, "2 samples were skipped", "Besides them 160 were seen."), (notice.Kind, notice.Title, notice.Text));
    }

    [Fact]
    public void Find_RunWasResumed_NamesTheStep()
    {
        RunStatus status = SyntheticRun.Finished(40) with { Resumptions = [new RunResumption { At = SyntheticRun.Noon, FromStep = 25 }] };
        _runs.Write("run", status, 40, step => With(Everything(step), ("elapsed_seconds", step)));
        RunRecord run = _runs.Read("run");

        Notice notice = Assert.Single(Notices.Find(run));

        Assert.Equal((NoticeKind.Resumed, "The run was resumed at step 26"), (notice.Kind, notice.Title));
        Assert.Equal([26], RunSummary.Of(run).ResumedAt);
        Assert.Equal(40, RunSummary.Of(run).TrainedSeconds);
    }

    private static Dictionary<string, double> With(Dictionary<string, double> row, params (string Name, double Value)[] values)
    {
        foreach ((string name, double value) in values)
        {
            row[name] = value;
        }

        return row;
    }

    private IReadOnlyList<Notice> Find(int steps, Func<int, Dictionary<string, double>> row)
    {
        string name = Guid.NewGuid().ToString("N");
        _runs.Write(name, steps, row);
        return Notices.Find(_runs.Read(name));
    }
}
