using System.Globalization;
using System.Text;

namespace DriveKD.Evaluation.Compare;

/// <summary>A comparison's figures as a table for other programs: one row for each seed, arm, size and capability, and the summaries.</summary>
public static class CompareCsv
{
    /// <summary>Writes <c>results.csv</c>.</summary>
    /// <param name="results">The results.</param>
    public static string Write(CompareResults results)
    {
        StringBuilder text = new("kind,arm,size,capability,seed,n,value,low,high,p,p_holm\n");
        foreach (ArmFigure figure in results.Figures)
        {
            Rows(text, "exact", figure.Arm, figure.Size, CompareNames.Of(figure.Capability), figure.Seeds, figure.Values);
            Row(text, "exact_mean", figure.Arm, figure.Size, CompareNames.Of(figure.Capability), "", figure.Summary.N, figure.Summary.Mean, figure.Summary.Interval?.Low, figure.Summary.Interval?.High, null, null);
        }

        foreach (ArmDifference difference in results.Differences)
        {
            Rows(text, "difference", difference.Arm, difference.Size, CompareNames.Of(difference.Capability), difference.Seeds, difference.Values);
            Row(
                text, "difference_mean", difference.Arm, difference.Size, CompareNames.Of(difference.Capability), "", difference.Test.N, difference.Test.MeanDifference,
                difference.Test.Interval?.Low, difference.Test.Interval?.High, difference.P, difference.CorrectedP);
        }

        foreach (TypeFigure type in results.Types)
        {
            string name = $"{CompareNames.Of(type.Capability)}/{type.Type}";
            Row(text, "exact_by_type", type.Arm, type.Size, name, "", type.Questions, type.Exact, null, null, null, null);
            Row(text, "rouge_l_by_type", type.Arm, type.Size, name, "", type.Questions, type.RougeL, null, null, null, null);
        }

        return text.ToString();
    }

    private static void Rows(StringBuilder text, string kind, string arm, int? size, string capability, IReadOnlyList<long> seeds, IReadOnlyList<double> values)
    {
        for (int i = 0; i < seeds.Count; i++)
        {
            Row(text, kind, arm, size, capability, seeds[i].ToString(CultureInfo.InvariantCulture), 1, values[i], null, null, null, null);
        }
    }

    private static void Row(
        StringBuilder text, string kind, string arm, int? size, string capability, string seed, int n, double? value, double? low, double? high, double? p, double? corrected) =>
        text.AppendJoin(',', kind, arm, CompareNames.OfSize(size), Quote(capability), seed, n.ToString(CultureInfo.InvariantCulture), Number(value), Number(low), Number(high), Number(p), Number(corrected))
            .Append('\n');

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    // A type comes from a record and may hold anything.
    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
