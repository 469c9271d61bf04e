using System.Globalization;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.DriveLm;
using DriveKD.Evaluation.Statistics;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Scoring;

/// <summary>Writes scores for people: the published figures first, the strict ones beside them, then what was left out and why.</summary>
internal static class ScoreTables
{
    public static void Write(Terminal terminal, ScoreReport report, bool listsDisagreements)
    {
        string references = report.References is null ? "" : $", references from {report.References}";
        terminal.WriteRaw($"{report.File}: {report.Records} records, {report.Questions.Count} questions scored, {report.Unscored.Count} not{references}");
        terminal.Output.Write(Letters(report));
        terminal.Output.Write(OpenAnswers(report));
        terminal.Output.Write(Capabilities(report));
        terminal.WriteRaw("A capability's points are the mean over its questions: 100 or 0 for a letter, for open answers 100 times");
        terminal.WriteRaw("their task's language score (a third each for mean BLEU, ROUGE-L, CIDEr / 10). No judge: these are not the paper's points.");
        foreach (Breakdown breakdown in report.Breakdowns.Where(breakdown => breakdown.Rows.Count > 0))
        {
            terminal.Output.Write(Rows(breakdown));
        }

        if (report.DriveLm is DriveLmScore score)
        {
            WriteDriveLm(terminal, score);
        }

        ScoreNotes.Write(terminal, report, listsDisagreements);
    }

    private static Table Letters(ScoreReport report)
    {
        Table table = New("by letter", "n", "unscored", "official", "95 %", "strict", "95 %");
        foreach ((QuestionRoute route, CellFigures cell) in report.Cells.Where(cell => cell.Key.Form != QuestionForm.OpenAnswer))
        {
            if (route.Form == QuestionForm.YesNo && cell.Count + cell.Unscored == 0)
            {
                continue;
            }

            string name = route.Form == QuestionForm.YesNo ? $"{Name(route.Task)} (yes or no)" : Name(route.Task);
            AddRow(
                table,
                name,
                Whole(cell.Count),
                Whole(cell.Unscored),
                Figure(cell[FigureNames.OfficialAccuracy]),
                Ends(cell.IntervalOf(FigureNames.OfficialAccuracy)),
                Figure(cell[FigureNames.StrictAccuracy]),
                Ends(cell.IntervalOf(FigureNames.StrictAccuracy)));
        }

        return table;
    }

    private static Table OpenAnswers(ScoreReport report)
    {
        IReadOnlyList<string> names = FigureNames.Of(QuestionForm.OpenAnswer);
        Table table = New(["in words", "n", "unscored", "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr"]);
        foreach ((QuestionRoute route, CellFigures cell) in report.Cells.Where(cell => cell.Key.Form == QuestionForm.OpenAnswer))
        {
            AddRow(table, [Name(route.Task), Whole(cell.Count), Whole(cell.Unscored), .. names.Select(name => Figure(cell[name]))]);
            if (cell.Figures.Any(figure => figure.Interval is not null))
            {
                AddRow(table, ["  95 %", "", "", .. names.Select(name => Ends(cell.IntervalOf(name)))]);
            }
        }

        return table;
    }

    private static Table Capabilities(ScoreReport report)
    {
        Table table = New("capability", "n", "unscored", "points", "95 %", "strict points");
        foreach (CapabilityScore row in report.Capabilities)
        {
            AddRow(
                table,
                row.Capability is { } capability ? Name(capability) : "mean of the three",
                Whole(row.Count),
                Whole(row.Unscored),
                Points(row.Score),
                row.Interval is { } ends ? $"{Points(ends.Low)} to {Points(ends.High)}" : "-",
                Points(row.StrictScore));
        }

        return table;
    }

    private static Table Rows(Breakdown breakdown)
    {
        Table table = New($"by {breakdown.Name}", "letters", "official", "95 %", "strict", "open", "BLEU-4", "ROUGE-L", "CIDEr", "yes or no", "right");
        foreach (BreakdownRow row in breakdown.Rows)
        {
            CellFigures? Of(QuestionForm form) => row.Cells.FirstOrDefault(cell => cell.Form == form);
            (CellFigures? letters, CellFigures? open, CellFigures? yesNo) = (Of(QuestionForm.MultipleChoice), Of(QuestionForm.OpenAnswer), Of(QuestionForm.YesNo));
            AddRow(
                table,
                PlainText.ForTerminal(row.Value),
                Whole(letters?.Count ?? 0),
                Figure(letters?[FigureNames.OfficialAccuracy]),
                Ends(letters?.IntervalOf(FigureNames.OfficialAccuracy)),
                Figure(letters?[FigureNames.StrictAccuracy]),
                Whole(open?.Count ?? 0),
                Figure(open?[FigureNames.Bleu4]),
                Figure(open?[FigureNames.RougeL]),
                Figure(open?[FigureNames.Cider]),
                Whole(yesNo?.Count ?? 0),
                Figure(yesNo?[FigureNames.StrictAccuracy]));
        }

        return table;
    }

    private static void WriteDriveLm(Terminal terminal, DriveLmScore score)
    {
        Table table = New("DriveLM challenge", "n", "score", "95 %");
        CellFigure? language = score.LanguageFigures.Count == 0 ? null : score.LanguageFigures[^1];
        AddRow(table, "accuracy (0..1)", Whole(score.AccuracyCount), Figure(score.Accuracy), Ends(score.AccuracyInterval));
        AddRow(table, "language (0..1)", Whole(score.LanguageCount), Figure(language?.Value), Ends(language?.Interval));
        AddRow(table, "match of coordinates (0..100)", Whole(score.MatchCount), Points(score.Match), Ends(score.MatchInterval));
        AddRow(table, "for the judge", Whole(score.JudgeCount), "-", "-");
        AddRow(table, "passed over: names an object that the first answer did not find", Whole(score.PassedOver), "-", "-");
        AddRow(table, "unscored", Whole(score.Unscored), "-", "-");
        terminal.Output.Write(table);
    }

    private static Table New(params string[] columns)
    {
        Table table = new Table().RoundedBorder();
        for (int i = 0; i < columns.Length; i++)
        {
            TableColumn column = new(new Text(columns[i]));
            table.AddColumn(i == 0 ? column : column.RightAligned().NoWrap());
        }

        return table;
    }

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Whole(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Figure(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";

    private static string Points(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

    private static string Ends(Interval? interval) => interval is { } ends
        ? string.Create(CultureInfo.InvariantCulture, $"{ends.Low:0.000} to {ends.High:0.000}")
        : "-";
}
