namespace DriveKD.Evaluation.Statistics;

/// <summary>Comparisons that are looked at together, their p values corrected for how many they are.</summary>
public sealed record ComparisonSet
{
    /// <summary>The correction.</summary>
    public required Correction Correction { get; init; }

    /// <summary>The correction's name, to be stated beside the values: Holm, or Benjamini-Hochberg.</summary>
    public string CorrectionName => Correction == Correction.BenjaminiHochberg ? "Benjamini-Hochberg" : Correction.ToString();

    /// <summary>How many p values were corrected together; comparisons without one are not among them.</summary>
    public required int Corrected { get; init; }

    /// <summary>Every comparison, in the order in which it was given.</summary>
    public required IReadOnlyList<CorrectedComparison> Comparisons { get; init; }

    /// <summary>Corrects a set.</summary>
    /// <param name="comparisons">All that are shown together, by name.</param>
    /// <param name="correction">How.</param>
    public static ComparisonSet Of(IReadOnlyList<(string Name, PairedComparison Comparison)> comparisons, Correction correction = Correction.Holm)
    {
        double[] values = [.. comparisons.Select(item => item.Comparison.P).OfType<double>()];
        using IEnumerator<double> adjusted = PAdjustment.Adjust(correction, values).GetEnumerator();
        return new ComparisonSet
        {
            Correction = correction,
            Corrected = values.Length,
            Comparisons =
            [
                .. comparisons.Select(item => new CorrectedComparison(
                    item.Name, item.Comparison, item.Comparison.P is not null && adjusted.MoveNext() ? adjusted.Current : null)),
            ],
        };
    }
}
