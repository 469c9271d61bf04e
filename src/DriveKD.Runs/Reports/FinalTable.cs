using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>The last value of every metric, a column per run.</summary>
internal static class FinalTable
{
    public static Markup Write(IReadOnlyList<RunSummary> runs)
    {
        string[] metrics = [.. runs.SelectMany(run => run.FinalValues.Keys).Distinct().Order(StringComparer.Ordinal)];
        return metrics.Length == 0 ? Markup.None : Markup.Of($"""
            <h2>Final values</h2>
            <p class="quiet">The last finite value of every metric, under its name in metrics.jsonl (docs/FORMATS.md says what each is). The last step's own, not a mean; validation is that of the last validated step.</p>
            <div class="scroll"><table><thead><tr><th scope="col">metric</th>{Markup.Join(runs.Select((run, i) => Head(run, i, runs.Count)))}</tr></thead>
            <tbody>{Markup.Join(metrics.Select(metric => Row(metric, runs)))}</tbody></table></div>

            """);
    }

    private static Markup Head(RunSummary run, int index, int count) => count == 1
        ? Markup.Of($"""<th scope="col" class="number">{run.Name}</th>""")
        : Markup.Of($"""<th scope="col" class="number"><i class="{Palette.ClassOf(index)}"></i> {index + 1} {run.Name}</th>""");

    private static Markup Row(string metric, IReadOnlyList<RunSummary> runs) => Markup.Of($"""
        <tr><th scope="row"><code>{metric}</code></th>{Markup.Join(runs.Select(run => Markup.Of($"""<td class="number">{Value(run, metric)}</td>""")))}</tr>

        """);

    private static string Value(RunSummary run, string metric) =>
        !run.FinalValues.TryGetValue(metric, out double value) ? "-"
        : value == Math.Floor(value) && Math.Abs(value) < 1e15 ? ReportNumbers.Whole(value)
        : ReportNumbers.Short(value);
}
