using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>The first screen: what was run, how it ended, what became of the losses, and what must not be missed.</summary>
internal static class ReportHead
{
    public static Markup Write(IReadOnlyList<RunSummary> runs)
    {
        Markup tables = Markup.Of($"""
            {RunTables.Facts(runs)}<div>
            {RunTables.Losses(runs)}{RunTables.Validation(runs)}</div>

            """);
        return Markup.Of($"""
            {Lead(runs)}{Notices(runs)}<div{new Markup(runs.Count == 1 ? " class=\"columns\"" : "")}>
            {tables}</div>

            """);
    }

    /// <summary>What all runs have in common is said once.</summary>
    private static Markup Lead(IReadOnlyList<RunSummary> runs)
    {
        bool isSame = runs.Select(RunWords.What).Distinct().Count() == 1;
        Markup common = isSame ? Markup.Of($"""
            <p class="lead">{(runs.Count > 1 ? "In each run, " : "")}{RunWords.What(runs[0])}{(runs.Count > 1 ? "" : " " + Outcome(runs[0]))}</p>

            """) : Markup.None;
        return runs.Count == 1 ? common : Markup.Of($"""
            {common}<ol class="lead">
            {Markup.Join(runs.Select((run, i) => Markup.Of($"""
                <li><i class="{Palette.ClassOf(i)}"></i> <b>{run.Name}</b>: {(isSame ? "" : RunWords.What(run) + " ")}{Outcome(run)}</li>

                """)))}</ol>

            """);
    }

    private static string Outcome(RunSummary run)
    {
        string losses = run.Losses.Count == 0 ? "" : $" Losses, first tenth to last: {string.Join(", ", run.Losses.Select(Change))}.";
        return $"{RunWords.End(run)}{losses}{Best(run)}{Skipped(run)}";
    }

    private static string Change(LossChange change) => $"{change.Task} {ReportNumbers.Short(change.First)} to {ReportNumbers.Short(change.Last)}";

    private static string Best(RunSummary run)
    {
        IEnumerable<BestValidation> all = run.Validation.Where(best => best.Metric.EndsWith($".{MetricNames.All}", StringComparison.Ordinal));
        string[] words = [.. all.Select(best => $"{RunWords.ValidationValue(best)} at step {ReportNumbers.Whole(best.Step)}")];
        return words.Length == 0 ? "" : $" Best validation: {string.Join("; ", words)}.";
    }

    private static string Skipped(RunSummary run) => run.Skipped switch
    {
        null => "",
        0 => " No sample was skipped.",
        1 => " One sample was skipped.",
        double count => $" {ReportNumbers.Whole(count)} samples were skipped.",
    };

    private static Markup Notices(IReadOnlyList<RunSummary> runs)
    {
        Markup[] items =
        [
            .. from item in runs.SelectMany(run => run.Notices.Select(notice => (Run: run, Notice: notice))).OrderByDescending(item => item.Notice.Level)
               let level = item.Notice.Level.ToString()
               let name = runs.Count > 1 ? Markup.Of($"""<span class="path">{item.Run.Name}</span> """) : Markup.None
               let remedy = item.Notice.Remedy is { } keys ? Markup.Of($""" <code>{keys}</code>""") : Markup.None
               select Markup.Of($"""
                   <li class="{level.ToLowerInvariant()}"><span class="kind">{level}</span>{name}<b>{item.Notice.Title}.</b> {item.Notice.Text}{remedy}</li>

                   """),
        ];
        return items.Length == 0 ? Markup.None : Markup.Of($"""
            <ul class="notices">
            {Markup.Join(items)}</ul>

            """);
    }
}
