using System.Globalization;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Reports;
using DriveKD.Evaluation.Results;
using DriveKD.Evaluation.Statistics;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>The last words of an evaluation: figures with intervals, what must not be missed, where the rest is.</summary>
internal static class EvaluationTables
{
    private const int MostComparisons = 12;

    public static void Write(Terminal terminal, EvaluationResults results, EvaluationFacts facts)
    {
        terminal.Output.Write(Capabilities(results));
        if (results.Models.Any(model => model.Robustness.Count > 0))
        {
            terminal.Output.Write(Robustness(results));
        }

        foreach (ModelResult model in results.Models.Where(model => model.MeanDrop is not null || model.TextShare is not null))
        {
            string drop = model.MeanDrop is double points ? string.Create(CultureInfo.InvariantCulture, $"mean corruption drop {points:0.0;-0.0;0.0} points over {model.Faults} {(model.Faults == 1 ? "fault" : "faults")}") : "";
            string blind = model.TextShare is double share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} % answered from the text alone") : "";
            terminal.WriteRaw(PlainText.ForTerminal($"{model.Model.Name}: {string.Join("; ", new[] { drop, blind }.Where(text => text.Length > 0))}"));
        }

        if (results.Comparisons.Comparisons.Count > 0)
        {
            terminal.Output.Write(Comparisons(results));
        }

        foreach (EvaluationNotice notice in EvaluationNotices.Of(results, facts))
        {
            terminal.WriteRaw(PlainText.ForTerminal($"{notice.Level.ToString().ToLowerInvariant()}: {notice}"));
        }

        terminal.WriteRaw($"Report: {Path.Combine(facts.Folder, EvaluationFiles.Page)}");
        terminal.WriteRaw($"Answers, results.json, results.csv, points.csv: {facts.Folder}");
    }

    private static Table Capabilities(EvaluationResults results)
    {
        Table table = New($"{results.ComparedOn.Title}: points 0 to 100", "model", "perception", "reasoning", "planning", "mean");
        foreach (ModelResult model in results.Models)
        {
            PassResult pass = model.Passes.Single(pass => pass.Corruption == results.ComparedOn);
            table.AddRow([Cell(model.Model.Name), .. pass.Report.Capabilities.Select(row => Cell($"{Points(row.Score)} {Ends(row.Interval)}\n{Strict(row)}n {row.Count}, {row.Unscored} unscored"))]);
            if (pass.Judgement is PassJudgement judgement)
            {
                table.AddRow([Cell("  judge"), .. judgement.Scores.Select(score => Cell($"{Points(score.Score)} {Ends(score.Interval)}\nn {score.Count}, {score.Unscored} unscored"))]);
            }
        }

        return table;
    }

    private static Table Robustness(EvaluationResults results)
    {
        Table table = New("Corruptions", ["pictures", .. results.Models.Select(model => model.Model.Name)]);
        foreach (Runs.Recipes.CorruptionChoice corruption in results.Corruptions)
        {
            table.AddRow([Cell(corruption.Title), .. results.Models.Select(model =>
            {
                PassResult pass = model.Passes.Single(pass => pass.Corruption == corruption);
                RobustnessRow? row = model.Robustness.FirstOrDefault(row => row.Pass == pass);
                string change = row?.Change is double value ? string.Create(CultureInfo.InvariantCulture, $" ({value:+0.0;-0.0;0.0})") : "";
                return Cell($"{Points(pass.Score)}{change} {Ends(pass.Interval)}\nn {pass.Count}, {pass.Unscored} unscored");
            })]);
        }

        return table;
    }

    private static Table Comparisons(EvaluationResults results)
    {
        ComparisonSet set = results.Comparisons;
        Table table = New($"Same questions; p corrected by {set.CorrectionName}", "compared", "n", "difference", "p", "corrected p");
        foreach (CorrectedComparison item in set.Comparisons.Take(MostComparisons))
        {
            PairedComparison comparison = item.Comparison;

            // Letters are compared as shares: 0 and 1.
            double scale = item.Name.Contains(": letters", StringComparison.Ordinal) ? 100 : 1;
            string ends = comparison.Difference.Interval is { } interval ? string.Create(CultureInfo.InvariantCulture, $" [{scale * interval.Low:F1}, {scale * interval.High:F1}]") : "";
            table.AddRow(
                Cell(item.Name),
                Cell(comparison.N.ToString(CultureInfo.InvariantCulture)),
                Cell(string.Create(CultureInfo.InvariantCulture, $"{scale * comparison.Difference.Estimate:+0.0;-0.0;0.0}{ends}")),
                Cell(P(comparison.P)),
                Cell(P(item.AdjustedP)));
        }

        return table;
    }

    private static Table New(string title, params string[] columns)
    {
        Table table = new Table().RoundedBorder().Title(Markup.Escape(title));
        for (int i = 0; i < columns.Length; i++)
        {
            TableColumn column = new(Markup.Escape(PlainText.ForTerminal(columns[i])));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        return table;
    }

    private static Text Cell(string text) => new(PlainText.ForTerminal(text));

    private static string Strict(CapabilityScore row) =>
        row.StrictScore is double strict && strict != row.Score ? string.Create(CultureInfo.InvariantCulture, $"strict {strict:F1}, ") : "";

    private static string Points(double? points) => points?.ToString("F1", CultureInfo.InvariantCulture) ?? "-";

    private static string Ends(Interval? interval) => interval is { } ends ? string.Create(CultureInfo.InvariantCulture, $"[{ends.Low:F1}, {ends.High:F1}]") : "";

    private static string P(double? p) => p switch { null => "-", < 0.001 => "<0.001", double value => value.ToString("F3", CultureInfo.InvariantCulture) };
}
