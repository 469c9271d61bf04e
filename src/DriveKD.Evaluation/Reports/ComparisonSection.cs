using DriveKD.Evaluation.Results;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>Every two models on the same questions.</summary>
internal static class ComparisonSection
{
    public static Markup Write(EvaluationResults results)
    {
        ComparisonSet set = results.Comparisons;
        return set.Comparisons.Count == 0 ? Markup.None : Markup.Of($"""
            <h2>Models compared</h2>
            <div class="scroll"><table><caption>The same questions, {results.ComparedOn.Title.ToLowerInvariant()} pictures</caption><thead><tr><th scope="col">models</th><th scope="col">by</th>{Cells.Head("first named")}{Cells.Head("second named")}{Cells.Head("difference")}{Cells.Head("p")}{Cells.Head("corrected p")}{Cells.Head("questions")}<th scope="col">test</th></tr></thead>
            <tbody>{Markup.Join(set.Comparisons.Select(Row))}</tbody></table></div>
            <p class="quiet">A positive difference is in favour of the model named first. Points of single answers, 0 to 100: an open answer's own language score, so that means differ a little from the table above. Brackets: interval by resampling scenes. p: were the two alike, so large a difference would come up so often; corrected by {set.CorrectionName} for the {set.Corrected} tests here.</p>

            """);
    }

    private static Markup Row(CorrectedComparison item)
    {
        PairedComparison comparison = item.Comparison;
        int by = item.Name.LastIndexOf(ComparisonNames.By, StringComparison.Ordinal);
        string what = item.Name[(by + ComparisonNames.By.Length)..];

        // Letters are compared as shares, so that a test of right and wrong applies.
        double scale = what is ComparisonNames.Letters or ComparisonNames.StrictLetters ? 100 : 1;
        Interval? ends = comparison.Difference.Interval is { } interval ? new Interval(scale * interval.Low, scale * interval.High) : null;
        return Markup.Of($"""
            <tr><th scope="row">{item.Name[..by]}</th><td>{what}</td>{Cells.Text(Cells.Points(scale * comparison.SecondMean))}{Cells.Text(Cells.Points(scale * comparison.FirstMean))}{Cells.Text(Cells.Change(scale * comparison.Difference.Estimate), Cells.Ends(ends, Cells.Change))}{Cells.Text(Cells.P(comparison.P))}{Cells.Text(Cells.P(item.AdjustedP))}{Cells.Text(FormattableString.Invariant($"{comparison.N:N0}"), LeftOut(comparison))}<td>{comparison.Test}</td></tr>

            """);
    }

    private static string LeftOut(PairedComparison comparison) =>
        comparison.OnlyFirst + comparison.OnlySecond == 0 ? "" : FormattableString.Invariant($"{comparison.OnlyFirst + comparison.OnlySecond:N0} of one alone left out");
}
