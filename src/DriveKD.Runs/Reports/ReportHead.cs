using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>The first screen: what was run, how it ended, what became of the losses, and what must not be missed.</summary>
internal static class ReportHead
{
    public static Markup Write(IReadOnlyList<RunSummary> runs) => Markup.Of($"""
        {Markup.Join(runs.Select(run => Lead(run, runs.Count > 1)))}{Notices(runs)}<div class="columns">
        {RunFactsTable.Write(runs)}<div>
        {Losses(runs)}{Validation(runs)}</div>
        </div>

        """);

    private static Markup Lead(RunSummary run, bool isNamed)
    {
        Markup name = isNamed ? Markup.Of($"""<b>{run.Name}</b>: """) : Markup.None;
        string losses = run.Losses.Count == 0 ? "" : $" Cross-entropy and signals, first tenth to last: {string.Join(", ", run.Losses.Select(Change))}.";
        return Markup.Of($"""
            <p class="lead">{name}{RunWords.What(run)} {RunWords.End(run)}{losses}{Best(run)}{Skipped(run)}</p>

            """);
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
            .. from run in runs
               from notice in run.Notices
               let level = notice.Level.ToString()
               let name = runs.Count > 1 ? Markup.Of($"""<span class="path">{run.Name}</span> """) : Markup.None
               select Markup.Of($"""
                   <li class="{level.ToLowerInvariant()}"><span class="kind">{level}</span>{name}<b>{notice.Title}.</b> {notice.Text}</li>

                   """),
        ];
        return items.Length == 0 ? Markup.None : Markup.Of($"""
            <ul class="notices">
            {Markup.Join(items)}</ul>

            """);
    }

    private static Markup Losses(IReadOnlyList<RunSummary> runs) => Markup.Join(runs.Where(run => run.Losses.Count > 0).Select(run =>
    {
        string from = run.TenthSteps == 1 ? "first step" : $"first {ReportNumbers.Whole(run.TenthSteps)} steps";
        string to = run.TenthSteps == 1 ? "last step" : $"last {ReportNumbers.Whole(run.TenthSteps)} steps";
        return Markup.Of($"""
            <table><caption>Losses{Of(run, runs)}, means over a tenth of {ReportNumbers.Whole(run.RecordedSteps)} recorded steps</caption>
            <thead><tr><th scope="col">loss</th><th scope="col" class="number">{from}</th><th scope="col" class="number">{to}</th><th scope="col" class="number">last / first</th></tr></thead>
            <tbody>{Markup.Join(run.Losses.Select(Row))}</tbody></table>

            """);
    }));

    private static Markup Row(LossChange change) => Markup.Of(
        $"""<tr><th scope="row">{change.Task}</th><td class="number">{ReportNumbers.Short(change.First)}</td><td class="number">{ReportNumbers.Short(change.Last)}</td><td class="number">{(change.Ratio is double ratio ? ReportNumbers.Short(ratio) : "-")}</td></tr>""");

    private static Markup Validation(IReadOnlyList<RunSummary> runs) => Markup.Join(runs.Where(run => run.Validation.Count > 0).Select(run => Markup.Of($"""
        <table><caption>Best validation{Of(run, runs)}</caption>
        <thead><tr><th scope="col">metric</th><th scope="col" class="number">best</th><th scope="col" class="number">at step</th><th scope="col" class="number">last</th></tr></thead>
        <tbody>{Markup.Join(run.Validation.Select(Row))}</tbody></table>

        """)));

    private static Markup Row(BestValidation best) => Markup.Of(
        $"""<tr><th scope="row">{RunWords.ValidationName(best.Metric)}</th><td class="number">{RunWords.ValidationNumber(best.Metric, best.Value)}</td><td class="number">{ReportNumbers.Whole(best.Step)}</td><td class="number">{RunWords.ValidationNumber(best.Metric, best.LastValue)}</td></tr>""");

    private static string Of(RunSummary run, IReadOnlyList<RunSummary> runs) => runs.Count > 1 ? $" of {run.Name}" : "";
}
