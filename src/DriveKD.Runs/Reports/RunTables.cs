using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>The tables of the first screen, with columns for each run.</summary>
internal static class RunTables
{
    private static readonly (string Name, Func<RunSummary, string?> Value, bool IsOwn)[] _facts =
    [
        ("ended", RunWords.State, false),
        ("student", run => run.Student, false),
        .. MetricNames.Signals.Select(signal => ($"{signal} teacher", (Func<RunSummary, string?>)(run => run.Teachers.GetValueOrDefault(signal)), false)),
        ("data", run => string.Join(", ", run.Data), false),
        ("gradients", RunWords.Gradients, false),
        ("weighting", RunWords.Weighting, false),
        ("steps", RunWords.Steps, false),
        ("samples seen", run => run.Samples is double samples ? ReportNumbers.Whole(samples) : null, false),
        ("samples skipped", run => run.Skipped is double skipped ? ReportNumbers.Whole(skipped) : "not counted", false),
        ("share of distillation", run => run.DistillationShare is double share ? $"{ReportNumbers.Percent(share)} of the update (median)" : null, false),
        ("seed", run => run.Seed, false),
        ("precision", run => run.Precision, false),
        ("commit", run => string.Join(' ', new[] { run.Version, run.Commit }.OfType<string>()), false),
        ("device", run => run.Device is null ? null : string.Join(", ", new[] { run.Device, run.Processor }.OfType<string>()), false),
        ("started", run => ReportNumbers.Moment(run.StartedAt), true),
        ("ended at", run => run.EndedAt is { } end ? ReportNumbers.Moment(end) : null, true),
        ("time", Time, true),
    ];

    /// <summary>What was run; rows in which runs differ are marked.</summary>
    public static Markup Facts(IReadOnlyList<RunSummary> runs) => Table(
        runs.Count == 1 ? "What was run" : "What was run (\u2260: the runs differ)",
        runs.Count == 1 ? Markup.None : Heads("", runs, columns: 1),
        _facts.Select(fact => Row(runs, fact)));

    /// <summary>Each loss in the first and in the last tenth of the steps.</summary>
    public static Markup Losses(IReadOnlyList<RunSummary> runs) => Table(
        $"Losses: means over the first and the last tenth of the recorded steps ({string.Join(", ", runs.Select(run => ReportNumbers.Whole(run.TenthSteps)).Distinct())})",
        Markup.Of($"""{(runs.Count == 1 ? Markup.None : Heads("", runs, columns: 3))}{Heads("loss", runs, ["first", "last", "last / first"])}"""),
        from task in MetricNames.Tasks
        where runs.Any(run => run.Losses.Any(change => change.Task == task))
        select Row(task, runs, run => run.Losses.FirstOrDefault(change => change.Task == task) is not { } change ? ["-", "-", "-"] :
        [
            ReportNumbers.Short(change.First), ReportNumbers.Short(change.Last), change.Ratio is double ratio ? ReportNumbers.Short(ratio) : "-",
        ]));

    /// <summary>The best of each validation metric, and where.</summary>
    public static Markup Validation(IReadOnlyList<RunSummary> runs) => Table(
        "Validation",
        Markup.Of($"""{(runs.Count == 1 ? Markup.None : Heads("", runs, columns: 3))}{Heads("metric", runs, ["best", "at step", "last"])}"""),
        from metric in runs.SelectMany(run => run.Validation.Select(best => best.Metric)).Distinct()
        select Row(RunWords.ValidationName(metric), runs, run => run.Validation.FirstOrDefault(best => best.Metric == metric) is not { } best ? ["-", "-", "-"] :
        [
            RunWords.ValidationNumber(metric, best.Value), ReportNumbers.Whole(best.Step), RunWords.ValidationNumber(metric, best.LastValue),
        ]));

    private static Markup Table(string caption, Markup head, IEnumerable<Markup> rows)
    {
        Markup body = Markup.Join(rows);
        return body.Text.Length == 0 ? Markup.None : Markup.Of($"""
            <div class="scroll"><table><caption>{caption}</caption><thead>{head}</thead>
            <tbody>{body}</tbody></table></div>

            """);
    }

    private static Markup Heads(string first, IReadOnlyList<RunSummary> runs, int columns) => Markup.Of(
        $"""<tr><th scope="col">{first}</th>{Markup.Join(runs.Select((run, i) => Markup.Of($"""<th scope="colgroup" colspan="{columns}"><i class="{Palette.ClassOf(i)}"></i> {i + 1} {run.Name}</th>""")))}</tr>""");

    private static Markup Heads(string first, IReadOnlyList<RunSummary> runs, string[] names) => Markup.Of(
        $"""<tr><th scope="col">{first}</th>{Markup.Join(runs.SelectMany(_ => names).Select(name => Markup.Of($"""<th scope="col" class="number">{name}</th>""")))}</tr>""");

    private static Markup Row(string name, IReadOnlyList<RunSummary> runs, Func<RunSummary, string[]> values) => Markup.Of($"""
        <tr><th scope="row">{name}</th>{Markup.Join(runs.SelectMany(values).Select(value => Markup.Of($"""<td class="number">{value}</td>""")))}</tr>

        """);

    private static Markup Row(IReadOnlyList<RunSummary> runs, (string Name, Func<RunSummary, string?> Value, bool IsOwn) fact)
    {
        string[] values = [.. runs.Select(run => fact.Value(run) is { Length: > 0 } value ? value : "-")];
        bool differs = !fact.IsOwn && values.Distinct().Count() > 1;
        return values.All(value => value == "-") ? Markup.None : Markup.Of($"""
            <tr{new Markup(differs ? " class=\"differs\"" : "")}><th scope="row">{fact.Name}</th>{Markup.Join(values.Select(value => Markup.Of($"<td>{value}</td>")))}</tr>

            """);
    }

    private static string? Time(RunSummary run)
    {
        string? training = run.TrainedSeconds is double seconds ? $"{ReportNumbers.Duration(seconds)} of training" : null;
        string? whole = run.EndedAt is { } end ? $"{ReportNumbers.Duration((end - run.StartedAt).TotalSeconds)} from start to end" : null;
        return string.Join("; ", new[] { training, whole }.OfType<string>());
    }
}
