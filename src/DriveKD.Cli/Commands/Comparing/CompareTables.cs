using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>A comparison on the console: means, paired differences, what it took, and what must not be missed.</summary>
internal static class CompareTables
{
    public static void Write(Terminal terminal, CompareRecipe recipe, CompareResults results, string page)
    {
        terminal.Output.Write(Means(recipe, results));
        if (results.Differences.Count > 0)
        {
            terminal.Output.Write(Differences(recipe, results));
        }

        terminal.Output.Write(Costs(results));
        TextWriter text = terminal.OutputText;
        foreach (IdentityCheck check in results.Identities.Where(check => check.IsIdentical))
        {
            text.WriteLine(FormattableString.Invariant($"Control holds: {check.Arm} has the weights of {check.Other} bit for bit, seed {check.Seed}, {CompareNames.OfSize(check.Size)} samples."));
        }

        foreach (TuningChoice choice in results.Choices)
        {
            text.WriteLine(PlainText.ForTerminal($"Chosen for {choice.Arm}, {CompareNames.OfSize(choice.Size)} samples: {choice.Text} (validation {string.Join(", ", choice.Scores.Select(score => score is null ? "failed" : CompareWords.Percent(score)))})"));
        }

        foreach (string notice in CompareWords.Notices(recipe, results))
        {
            text.WriteLine(PlainText.ForTerminal(notice));
        }

        text.WriteLine(PlainText.ForTerminal(CompareWords.Findings(recipe, results)));
        text.WriteLine($"A page of it: {page}");
        text.Flush();
    }

    private static Table Means(CompareRecipe recipe, CompareResults results)
    {
        Table table = new Table().RoundedBorder().Title("Exact answers in %, mean over seeds and 95 % interval").AddColumn("arm").AddColumn("samples").AddColumn(Right("seeds"));
        Capability?[] columns = [.. Enum.GetValues<Capability>().Select(value => (Capability?)value).Append(null)];
        foreach (Capability? column in columns)
        {
            table.AddColumn(Right(CompareNames.Of(column)));
        }

        foreach (int? size in recipe.Sizes())
        {
            foreach (CompareArm arm in recipe.Arms)
            {
                ArmFigure?[] figures = [.. columns.Select(column => results.Figures.FirstOrDefault(figure => figure.Arm == arm.Name && figure.Size == size && figure.Capability == column))];
                table.AddRow([arm.Name, CompareNames.OfSize(size), $"{figures[^1]?.Summary.N ?? 0}", .. figures.Select(figure => figure is null ? "-" : Cell(figure.Summary))]);
            }
        }

        return table;
    }

    private static Table Differences(CompareRecipe recipe, CompareResults results)
    {
        Table table = new Table().RoundedBorder().Title(Markup.Escape($"Differences from {recipe.Baseline} in points, seed by seed"))
            .AddColumn("arm").AddColumn("samples").AddColumn("capability").AddColumn(Right("seeds")).AddColumn(Right("mean")).AddColumn(Right("95 % interval")).AddColumn(Right("p")).AddColumn(Right("p, Holm"));
        foreach (ArmDifference difference in results.Differences)
        {
            table.AddRow(
                difference.Arm, CompareNames.OfSize(difference.Size), CompareNames.Of(difference.Capability), $"{difference.Test.N}", CompareWords.Points(difference.Test.MeanDifference),
                Markup.Escape(CompareWords.Ends(difference.Test.Interval)), P(difference.P), P(difference.CorrectedP));
        }

        return table;
    }

    private static Table Costs(CompareResults results)
    {
        Table table = new Table().RoundedBorder().Title("What it took").AddColumn("arm").AddColumn(Right("final runs")).AddColumn(Right("trials")).AddColumn(Right("settings"))
            .AddColumn(Right("samples")).AddColumn(Right("training, s")).AddColumn(Right("answering, s")).AddColumn(Right("processor, s"));
        foreach (ArmCost cost in results.Costs)
        {
            table.AddRow(cost.Arm, $"{cost.FinalRuns}", $"{cost.TrialRuns}", cost.Settings == 0 ? "as it is" : $"{cost.Settings}", $"{cost.Samples}", Seconds(cost.TrainingSeconds), Seconds(cost.AnsweringSeconds), Seconds(cost.ProcessorSeconds));
        }

        return table;
    }

    private static string Cell(SeedSummary summary) => Markup.Escape(
        summary.Interval is { } interval ? $"{CompareWords.Percent(summary.Mean)} [{CompareWords.Percent(interval.Low)}, {CompareWords.Percent(interval.High)}]" : CompareWords.Percent(summary.Mean));

    private static string P(double? p) => p is double value ? value.ToString("F4", CultureInfo.InvariantCulture) : "-";

    private static string Seconds(double seconds) => seconds.ToString("F1", CultureInfo.InvariantCulture);

    private static TableColumn Right(string text) => new TableColumn(text).RightAligned();
}
