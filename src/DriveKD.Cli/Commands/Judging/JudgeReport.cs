using System.Globalization;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Judge;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Judging;

/// <summary>What came of a run, for people.</summary>
internal static class JudgeReport
{
    public static void Write(Terminal terminal, JudgeSettings settings, JudgeModel model, JudgeInput input, JudgeSummary summary)
    {
        Table table = new Table().RoundedBorder().AddColumn("questions");
        foreach (string column in (string[])["n", "graded", "without", "mean of 100"])
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (JudgeCell cell in summary.Cells)
        {
            table.AddRow(
                new Text(PlainText.ForTerminal(NameOf(cell))),
                new Text(Number(cell.Count)),
                new Text(Number(cell.Scored)),
                new Text(Number(cell.Unscored)),
                new Text(cell.Mean?.ToString("F2", CultureInfo.InvariantCulture) ?? "-"));
        }

        terminal.Output.Write(table);
        if (summary.UnscoredReasons.Count > 0)
        {
            terminal.WriteRaw("without a grade, and in no mean:");
            foreach ((string reason, int count) in summary.UnscoredReasons)
            {
                terminal.WriteRaw($"  {Number(count),6}  {PlainText.ForTerminal(reason)}");
            }
        }

        foreach (string line in Remarks(input, summary))
        {
            terminal.WriteRaw(line);
        }

        terminal.WriteRaw($"judge: {model.Name}");
        terminal.WriteRaw($"spent: {Spent(summary)}");
        terminal.WriteRaw($"graded records: {settings.Output}");
    }

    private static IEnumerable<string> Remarks(JudgeInput input, JudgeSummary summary)
    {
        foreach (string note in input.Notes)
        {
            yield return $"note: {note}";
        }

        if (summary.WithoutDescription > 0)
        {
            yield return $"note: {Number(summary.WithoutDescription)} answers were graded without a description of the object that the sheet shows (--descriptions)";
        }

        if (summary.AskedAgain > 0)
        {
            yield return $"note: {Number(summary.AskedAgain)} replies could not be used at first and were asked for again";
        }

        if (summary.InOfficialForm > 0)
        {
            yield return $"note: {Number(summary.InOfficialForm)} replies had the published form, without points per criterion";
        }

        if (summary.Agreement is { } agreement)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"agreement with itself: {agreement.MeanAbsoluteDifference:F2} points apart on average, {100 * agreement.ExactAgreement:F1} % equal ({agreement.Pairs:N0} pairs of grades for {agreement.Answers:N0} answers)");
        }

        if (summary.Stop is not null)
        {
            yield return $"stopped asking: {summary.Stop}. Start again with the same cache to go on; what is there is not paid for twice.";
        }
    }

    private static string Spent(JudgeSummary summary)
    {
        UsageTotals usage = summary.Usage;
        string cost = usage.Cost is double money ? string.Create(CultureInfo.InvariantCulture, $", cost {money:0.####}") : "";
        string estimated = usage.EstimatedReplies > 0 ? $" (estimated for {Number(usage.EstimatedReplies)} replies)" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{usage.Requests:N0} requests ({usage.Retries:N0} repeated), {usage.InputTokens:N0} + {usage.OutputTokens:N0} tokens{estimated}{cost}; {summary.FromCache:N0} replies from the cache");
    }

    private static string NameOf(JudgeCell cell) => cell.Kind switch
    {
        "mcq" => $"{cell.Task}, choice",
        "vqa" => $"{cell.Task}, open",
        _ => $"{cell.Task}, no sheet",
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
