using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>
/// The report as one HTML file that needs nothing else: no network, no fonts, no scripts from elsewhere. The first screen answers in words and
/// numbers what was run and how it ended; figures and a table follow.
/// </summary>
public static class ReportPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="runs">At least one run, in the order of the legend.</param>
    /// <param name="program">The program and version that makes the page.</param>
    /// <param name="madeAt">When it is made.</param>
    public static string Write(IReadOnlyList<RunRecord> runs, string program, DateTimeOffset madeAt)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        RunSummary[] summaries = [.. runs.Select(RunSummary.Of)];
        string title = runs.Count == 1 ? $"Distillation run {runs[0].Name}" : $"{runs.Count} distillation runs";
        Markup figures = new ReportFigures(runs).Draw();
        Markup content = Markup.Of($"""
            <header>
            <h1>{title}</h1>
            {ReportHead.Write(summaries)}</header>
            {Figures(figures)}{FinalTable.Write(summaries)}<p class="made">Made by {program} at {ReportNumbers.Moment(madeAt)} from {Folders(summaries)}.</p>

            """);
        return PageFrame.Write(title, content, script: ReportScript.Text);
    }

    private static Markup Figures(Markup figures) => figures.Text.Length == 0 ? Markup.None : Markup.Of($"""
        <h2>Figures</h2>
        <div class="figures">
        {figures}</div>

        """);

    private static Markup Folders(RunSummary[] summaries) =>
        Markup.Join(summaries.Select((summary, i) => Markup.Of($"""{(i > 0 ? ", " : "")}<span class="path">{summary.Folder}</span>""")));
}
