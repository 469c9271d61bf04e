using System.Globalization;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;

namespace DriveKD.Runs.Reports;

/// <summary>Finds what a reader of a run must not miss. Each notice fires on a stated measurement, never on an impression.</summary>
internal static class Notices
{
    private const int MostNamed = 6;

    /// <summary>The notices of a run: how it ended, what may be wrong with it, what is good to know.</summary>
    public static IReadOnlyList<Notice> Find(RunRecord run) =>
        [.. new[] { End(run), Empty(run), NotFinite(run), LossRose(run), WeakSignal(run), Skipped(run), NoConflict(run), Resumed(run), Torn(run) }
            .Concat(Told(run)).OfType<Notice>()];

    private static Notice? End(RunRecord run)
    {
        string reason = run.Status.Reason is { Length: > 0 } given ? $"The reason it left: {given}" : "It left no reason.";
        string steps = StepsDone(run);
        return run.Status.State switch
        {
            RunState.Failed => new Notice(NoticeKind.Failed, NoticeLevel.Failure, [], $"The run failed after {steps}", reason),
            RunState.Cancelled => new Notice(NoticeKind.Cancelled, NoticeLevel.Warning, [], $"The run was stopped after {steps}", reason),
            RunState.Running when run.IsProcessAlive => new Notice(
                NoticeKind.Running,
                NoticeLevel.Note,
                [],
                $"The run is still going: {steps} so far",
                $"Its process {Text(run.Status.ProcessId)} is there. Everything below is as far as it had come when this page was made."),
            RunState.Running => new Notice(
                NoticeKind.Killed,
                NoticeLevel.Failure,
                [],
                $"The run ended without a word after {steps}",
                $"It is marked as running, but its process {Text(run.Status.ProcessId)} is not on this machine: it was killed, lost its power, or runs elsewhere."),
            _ => null,
        };
    }

    private static IEnumerable<Notice> Told(RunRecord run) =>
        (run.Status.Notices ?? []).Select(text => new Notice(NoticeKind.Told, NoticeLevel.Note, [], "The run said while it went on", text));

    private static Notice? Empty(RunRecord run) =>
        run.Log.Rows.Count > 0 ? null : new Notice(
            NoticeKind.NoMetrics,
            NoticeLevel.Warning,
            [],
            "No optimizer step was recorded",
            run.HasMetricsFile ? "metrics.jsonl has no whole line yet, so there is nothing to plot." : "metrics.jsonl is not there yet, so there is nothing to plot.");

    private static Notice? Torn(RunRecord run) =>
        run.Log.TornLine is null || (run.Status.State == RunState.Running && run.IsProcessAlive) ? null : new Notice(
            NoticeKind.TornLine,
            NoticeLevel.Note,
            [],
            "The last line of metrics.jsonl is torn",
            "The process ended while it wrote it. That line is left out; all lines before it are whole.");

    private static Notice? Resumed(RunRecord run) =>
        Resumption.Steps(run) is not { Count: > 0 } steps ? null : new Notice(
            NoticeKind.Resumed,
            NoticeLevel.Note,
            [],
            steps.Count == 1 ? $"The run was resumed at step {Text(steps[0])}" : $"The run was resumed {Text(steps.Count)} times",
            $"It went on behind {(steps.Count == 1 ? "step" : "steps")} {Listing([.. steps.Select(step => Text(step - 1))])}; the figures mark the place.");

    private static Notice? NotFinite(RunRecord run)
    {
        MetricsRow[] rows = [.. run.Log.Rows.Where(row => row.Values.Values.Any(value => !double.IsFinite(value)))];
        if (rows.Length == 0)
        {
            return null;
        }

        string[] metrics = [.. rows.SelectMany(row => row.Values.Where(entry => !double.IsFinite(entry.Value)).Select(entry => entry.Key)).Distinct().Order(StringComparer.Ordinal)];
        return new Notice(
            NoticeKind.NotFinite,
            NoticeLevel.Warning,
            metrics,
            rows.Length == 1 ? $"Step {Text(rows[0].Step)} has values that are no numbers" : $"{Text(rows.Length)} steps have values that are no numbers",
            $"NaN or infinite: {Listing(metrics)}; first at step {Text(rows[0].Step)}. Such values are left out of every mean and are crosses at the foot of the figures.");
    }

    private static Notice? Skipped(RunRecord run)
    {
        double skipped = run.Finite(MetricNames.Skipped) is { Count: > 0 } counts ? counts.Max() : 0;
        double seen = run.Finite(MetricNames.Samples) is { Count: > 0 } samples ? samples.Max() : 0;
        return skipped <= 0 ? null : new Notice(
            NoticeKind.Skipped,
            NoticeLevel.Warning,
            [],
            skipped == 1 ? "One sample was skipped" : $"{ReportNumbers.Whole(skipped)} samples were skipped",
            seen > 0 ? $"Besides them {ReportNumbers.Whole(seen)} were seen." : "How many were seen is not recorded.");
    }

    private static Notice? LossRose(RunRecord run)
    {
        LossChange[] risen = [.. LossTenths.Compare(run).Where(change => change.HasRisen)];
        return risen.Length == 0 ? null : new Notice(
            NoticeKind.LossRose,
            NoticeLevel.Warning,
            [.. risen.Select(change => change.Task)],
            $"{(risen.Length == 1 ? "A loss" : "Losses")} rose: {Listing([.. risen.Select(change => change.Task)])}",
            "First tenth of the steps against the last: "
                + Listing([.. risen.Select(change => $"{change.Task} from {ReportNumbers.Short(change.First)} to {ReportNumbers.Short(change.Last)}")])
                + ". The rise is larger than the loss's own noise.");
    }

    private static Notice? WeakSignal(RunRecord run)
    {
        SignalStrength strength = SignalStrength.Of(run);
        IReadOnlyList<string> weak = strength.WeakSignals;
        if (weak.Count == 0 && !strength.IsShareWeak)
        {
            return null;
        }

        List<string> sentences = [];
        if (strength.Share is double share)
        {
            sentences.Add($"Of the update's norm the distillation part is {ReportNumbers.Percent(share)} (median over the run).");
        }

        if (strength.Ratios.Count > 0)
        {
            IEnumerable<string> ratios = MetricNames.Signals.Where(strength.Ratios.ContainsKey)
                .Select(signal => $"{signal} {ReportNumbers.Percent(strength.Ratios[signal])}{(strength.Ratios[signal] < SignalStrength.Weak ? " (too small)" : "")}");
            sentences.Add($"Weight x gradient norm beside the cross-entropy's, mixing shares not counted: {ReportNumbers.Enumerate([.. ratios])}.");
        }

        string title = weak.Count == 0
            ? "The distillation signals contribute less than 1 % of the update"
            : $"{ReportNumbers.Enumerate(weak)} {(weak.Count == 1 ? "contributes" : "contribute")} less than 1 % of the update";
        return new Notice(
            NoticeKind.WeakSignal,
            NoticeLevel.Warning,
            weak.Count == 0 ? ["distillation"] : weak,
            char.ToUpperInvariant(title[0]) + title[1..],
            $"{string.Join(' ', sentences)} So small a signal hardly moves the student. Weights that hold each signal at a tenth of the cross-entropy:")
        {
            Remedy = Remedy(run),
        };
    }

    /// <summary>The keys stand where the recipe has its section of weighting, if it has one.</summary>
    private static string Remedy(RunRecord run)
    {
        string? kind = run.Recipe.Section("weighting").FirstOrDefault(entry => entry.Inner == "kind").Key;
        string prefix = kind?[..^"weighting.kind".Length] ?? "";
        return $"{prefix}weighting.kind=ratio {prefix}weighting.ratio=0.1";
    }

    private static Notice? NoConflict(RunRecord run)
    {
        bool IsConflict(string metric) => metric == MetricNames.ConflictsBefore || metric.StartsWith(MetricNames.Conflict, StringComparison.Ordinal);
        bool wasMeasured = false;
        bool hasProjection = false;
        foreach ((string metric, double value) in run.Log.Rows.SelectMany(row => row.Values))
        {
            bool isConflict = IsConflict(metric);
            bool isProjection = metric is MetricNames.FirstStage or MetricNames.SecondStage;
            if ((isConflict || isProjection) && value != 0)
            {
                return null;
            }

            wasMeasured |= isConflict;
            hasProjection |= isProjection;
        }

        return !wasMeasured ? null : new Notice(
            NoticeKind.NoConflict,
            NoticeLevel.Note,
            [],
            hasProjection ? "The projection changed nothing" : "The gradients never conflicted",
            "No two gradients of a sample ever pointed against each other"
                + (hasProjection ? ", so there was nothing to project away." : ", so a projection would have changed nothing."));
    }

    private static string StepsDone(RunRecord run)
    {
        long steps = RunSummary.StepsOf(run);
        return steps == 1 ? "1 step" : $"{ReportNumbers.Whole(steps)} steps";
    }

    private static string Listing(IReadOnlyList<string> names) =>
        names.Count <= MostNamed ? ReportNumbers.Enumerate(names) : $"{string.Join(", ", names.Take(MostNamed))} and {Text(names.Count - MostNamed)} more";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
