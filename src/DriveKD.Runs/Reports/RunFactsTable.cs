using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>What was run, as a table with a column per run; rows in which runs differ are marked.</summary>
internal static class RunFactsTable
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

    public static Markup Write(IReadOnlyList<RunSummary> runs)
    {
        Markup head = runs.Count == 1 ? Markup.None : Markup.Of(
            $"""<thead><tr><th></th>{Markup.Join(runs.Select((run, i) => Markup.Of($"""<th scope="col"><i class="{Palette.ClassOf(i)}"></i> {i + 1} {run.Name}</th>""")))}</tr></thead>""");
        return Markup.Of($"""
            <div class="scroll"><table><caption>What was run{(runs.Count == 1 ? "" : " (≠: the runs differ)")}</caption>{head}
            <tbody>{Markup.Join(_facts.Select(fact => Row(runs, fact)))}</tbody></table></div>

            """);
    }

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
