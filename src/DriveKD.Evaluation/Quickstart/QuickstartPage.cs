using System.Globalization;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Reports;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>A quick start as one HTML file that needs nothing else.</summary>
public static class QuickstartPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="report">What it tells.</param>
    public static string Write(QuickstartReport report)
    {
        const string Title = "DriveKD quick start";
        Markup content = Markup.Of($"""
            <header>
            <h1>{Title}: three teachers, one small student</h1>
            <p class="lead">A small driving world was made, two students of the same size learned from the same questions in the same order: one from answers alone, one also from the attention of three teachers, whose gradients were combined by asymmetric projection. Both then answered questions about scenes that nobody had trained on.</p>
            {Box("What this run shows", QuickstartWords.Findings(report), "note")}{Box("What it does not show", QuickstartWords.Limits(report), "warning")}</header>
            {QuickstartTables.Scores(report)}{Plot(report)}{Scene(report.Scene)}{QuickstartCharts.Write(report)}{Attention(report)}{QuickstartTables.Answers(report)}{Next(report)}{QuickstartTables.Phases(report)}{QuickstartTables.Facts(report)}<p class="made">Made by {report.Program} at {ReportNumbers.Moment(report.MadeAt)} from <span class="path">{report.Folder}</span>.</p>

            """);
        return PageFrame.Write(Title, content, $"{EvaluationStyle.Text}\n{Style}");
    }

    private const string Style = """
        .plot .seed{fill:var(--c);opacity:.45}.plot .group-name{font-weight:600}.plot .reference{stroke:var(--ink);stroke-width:1;stroke-dasharray:5 4}
        .notices ul{margin:4px 0 2px;padding-left:20px}.notices ul li{background:none;border:0;padding:1px 0;border-radius:0;list-style:disc}
        img.sheet{display:block;max-width:100%;height:auto;border-radius:4px}
        table.sides td,table.sides th{font-size:13px;min-width:110px}table.sides td.shot{min-width:84px}table.sides img{display:block;width:84px;height:84px;image-rendering:auto;border-radius:3px}
        .right::before{content:"\2713\a0";color:var(--s2);font-weight:700}.wrong::before{content:"\2717\a0";color:var(--bad);font-weight:700}
        ol.next li{margin:0 0 8px}
        """;

    private static Markup Box(string title, IReadOnlyList<string> lines, string level) => Markup.Of($"""
        <ul class="notices"><li class="{level}"><b>{title}</b>
        <ul>{Markup.Join(lines.Select(line => Markup.Of($"<li>{line}</li>")))}</ul></li></ul>

        """);

    private static Markup Plot(QuickstartReport report)
    {
        string[] arms = [QuickstartReport.Supervised, QuickstartReport.Distilled];
        DotPlot.Row[] rows =
        [
            .. report.Scores.SelectMany(score => (DotPlot.Row[])
            [
                Row(score, "teacher", 2, score.Teacher, score.TeacherInterval),
                Row(score, "untrained student", 6, score.Base, score.BaseInterval),
                .. report.Results.Figures.Where(figure => figure.Capability == score.Capability).Select(figure => new DotPlot.Row(
                    CompareNames.Of(score.Capability), figure.Arm, Array.IndexOf(arms, figure.Arm), figure.Summary.Mean ?? 0, Within(figure.Summary.Interval?.Low), Within(figure.Summary.Interval?.High), figure.Values,
                    string.Create(CultureInfo.InvariantCulture, $"{figure.Arm}, {CompareNames.Of(score.Capability)}: {CompareWords.Percent(figure.Summary.Mean)} % over {figure.Summary.N} seeds"))),
            ]),
        ];
        return Markup.Of($"""
            <figure>{DotPlot.Draw("scores", "Share of exact answers of every model", "exact answers", rows, zero: false)}
            <figcaption>Large dots: means; small dots: single seeds; lines: 95 % intervals, cut at 0 and 100 %.</figcaption></figure>

            """);
    }

    private static DotPlot.Row Row(QuickstartScore score, string label, int color, double value, Statistics.Interval interval) => new(
        CompareNames.Of(score.Capability), label, color, value, interval.Low, interval.High, [],
        string.Create(CultureInfo.InvariantCulture, $"{label}, {CompareNames.Of(score.Capability)}: {CompareWords.Percent(value)} % of {score.Questions} questions"));

    private static double? Within(double? share) => share is double value ? Math.Clamp(value, 0, 1) : null;

    private static Markup Scene(QuickstartScene scene) => Markup.Of($"""
        <h2>A scene with its questions</h2>
        <figure><img class="sheet" src="{PngUri(scene.Picture)}" alt="{scene.Title}">
        <figcaption>{scene.Title}. Models see the small picture at the left, as it is before enlarging; the others are for people. Answers are right because the scene's future was run.</figcaption></figure>
        {QuickstartTables.Table("", ["capability", "kind", "question", "reference answer"], scene.Questions.Select(question => (string[])[CompareNames.Of(question.Capability), question.Kind, question.Text, question.Answer]))}
        """);

    private static Markup Attention(QuickstartReport report) => report.Attention.Count == 0 ? Markup.None : Markup.Of($"""
        <h2>Attention side by side</h2>
        {Markup.Join(report.Attention.Select(item => Markup.Of($"""
            <figure><img class="sheet" src="{PngUri(item.Picture)}" alt="{item.Title}: {item.Question}">
            <figcaption>Reference answer: {item.Reference}</figcaption></figure>

            """)))}<p class="quiet">The attention that the picture's tokens receive from the text's, mean over heads and tokens: what the teacher's signal asks the student to imitate. One colour scale for all three. One picture is an illustration, no evidence.</p>

        """);

    private static Markup Next(QuickstartReport report) => Markup.Of($"""
        <h2>What to try next</h2>
        <ol class="next">{Markup.Join(report.Next.Select(item => Markup.Of($"<li><code>{item.Key}</code><br>{item.Value}</li>")))}</ol>

        """);

    /// <summary>A picture inside the page.</summary>
    internal static string PngUri(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);
}
