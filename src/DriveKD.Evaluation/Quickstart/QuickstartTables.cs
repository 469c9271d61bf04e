using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Reports;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>The tables of a quick start's page.</summary>
internal static class QuickstartTables
{
    public static Markup Scores(QuickstartReport report)
    {
        IEnumerable<string[]> rows = report.Scores.Select(score => (string[])
        [
            CompareNames.Of(score.Capability),
            score.Questions.ToString(CultureInfo.InvariantCulture),
            Cell(score.Teacher, score.TeacherInterval),
            Cell(score.Base, score.BaseInterval),
            .. Students(report, score.Capability),
        ]);
        string[] mean =
        [
            "mean", report.Scores.Sum(score => score.Questions).ToString(CultureInfo.InvariantCulture),
            CompareWords.Percent(report.Scores.Average(score => score.Teacher)), CompareWords.Percent(report.Scores.Average(score => score.Base)), .. Students(report, null),
        ];
        return Markup.Of($"""
            {Table("Exact answers in %, held-out scenes", ["capability", "questions", "teacher", "untrained student", "supervised", "distilled", "distilled - supervised, points", "p, Holm"], rows.Append(mean))}<p class="quiet">An answer is right when its decisive words equal the reference's. Students: mean over {report.Recipe.FinalSeeds().Count} seeds with 95 % interval (Student's t). The difference is paired: seed by seed, on the same samples in the same order. Each teacher answers its own capability.</p>

            """);
    }

    public static Markup Answers(QuickstartReport report)
    {
        if (report.Answers.Count == 0)
        {
            return Markup.None;
        }

        Markup heads = Markup.Join(((string[])["picture", "question", "reference", .. report.Answers[0].Given.Select(given => given.Model)]).Select(head => Markup.Of($"""<th scope="col">{head}</th>""")));
        Markup rows = Markup.Join(report.Answers.Select(row => Markup.Of($"""
            <tr><td class="shot"><img src="{QuickstartPage.PngUri(row.Picture)}" alt="the scene"></td><td><small>{CompareNames.Of(row.Question.Capability)}, {row.Question.Kind}</small>{row.Question.Text}</td><td>{row.Question.Answer}</td>{Markup.Join(row.Given.Select(Given))}</tr>

            """)));
        return Markup.Of($"""
            <h2>Answers side by side</h2>
            <div class="scroll"><table class="sides">
            <thead><tr>{heads}</tr></thead>
            <tbody>
            {rows}</tbody></table></div>
            <p class="quiet">The first test question of each of {report.Answers.Count} kinds, in the order of the test file: chosen before anybody answered. The students are those of the first seed; the teacher is the capability's own.</p>

            """);
    }

    public static Markup Phases(QuickstartReport report) => Table(
        "Where the time went",
        ["phase", "seconds"],
        report.Phases.Append(new("together", report.Phases.Sum(phase => phase.Value)))
            .Select(phase => (string[])[phase.Key, phase.Value.ToString("F1", CultureInfo.InvariantCulture)]));

    public static Markup Facts(QuickstartReport report) => Table("What was run", ["", ""], report.Facts.Select(fact => (string[])[fact.Key, fact.Value]));

    public static Markup Table(string title, string[] heads, IEnumerable<string[]> rows)
    {
        Markup body = Markup.Join(rows.Select(row => Markup.Of($"""
            <tr>{Markup.Join(row.Select((cell, i) => i == 0 ? Markup.Of($"""<th scope="row">{cell}</th>""") : Markup.Of($"<td>{cell}</td>")))}</tr>

            """)));
        return Markup.Of($"""
            {(title.Length == 0 ? Markup.None : Markup.Of($"<h2>{title}</h2>"))}
            <div class="scroll"><table>
            <thead><tr>{Markup.Join(heads.Select(head => Markup.Of($"""<th scope="col">{head}</th>""")))}</tr></thead>
            <tbody>
            {body}</tbody></table></div>

            """);
    }

    private static IEnumerable<string> Students(QuickstartReport report, Capability? capability)
    {
        foreach (string arm in (string[])[QuickstartReport.Supervised, QuickstartReport.Distilled])
        {
            SeedSummary? summary = report.Results.Figures.FirstOrDefault(figure => figure.Arm == arm && figure.Capability == capability)?.Summary;
            yield return Cell(summary?.Mean, summary?.Interval);
        }

        ArmDifference? difference = report.Results.Differences.FirstOrDefault(item => item.Arm == QuickstartReport.Distilled && item.Capability == capability);
        yield return difference is null ? "-" : $"{CompareWords.Points(difference.Test.MeanDifference)} {CompareWords.Ends(difference.Test.Interval)}";
        yield return Cells.P(difference?.CorrectedP);
    }

    private static string Cell(double? share, Interval? interval) => $"{CompareWords.Percent(share)} {Cells.Ends(interval, CompareWords.Percent)}".Trim();

    private static Markup Given(QuickstartAnswer answer) => answer.Text is null
        ? Markup.Of($"""<td class="wrong">no answer</td>""")
        : Markup.Of($"""<td class="{(answer.IsRight ? "right" : "wrong")}">{answer.Text}</td>""");
}
