namespace DriveKD.Evaluation.Statistics;

/// <summary>One figure over the seeds of a run: where it lies and how far it spreads.</summary>
public sealed record SeedSummary
{
    /// <summary>How many seeds.</summary>
    public required int N { get; init; }

    /// <summary>The mean; null without seeds.</summary>
    public double? Mean { get; init; }

    /// <summary>The standard deviation with n - 1; null below two seeds.</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>The t interval of the mean; null below two seeds, one point where all seeds agree.</summary>
    public Interval? Interval { get; init; }

    /// <summary>The smallest; null without seeds.</summary>
    public double? Minimum { get; init; }

    /// <summary>The largest; null without seeds.</summary>
    public double? Maximum { get; init; }

    /// <summary>The share of repetitions whose interval holds the true mean.</summary>
    public required double Confidence { get; init; }

    /// <summary>Summarises one figure.</summary>
    /// <param name="values">One per seed, in any order.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static SeedSummary Of(IReadOnlyList<double> values, double confidence = 0.95)
    {
        Require.Finite(values);
        Require.Confidence(confidence);
        if (values.Count == 0)
        {
            return new SeedSummary { N = 0, Confidence = confidence };
        }

        (double mean, double? deviation) = Moments.Of(values);
        double? half = deviation is double spread
            ? StudentT.Quantile(0.5 + (confidence / 2), values.Count - 1) * spread / Math.Sqrt(values.Count)
            : null;
        return new SeedSummary
        {
            N = values.Count,
            Mean = mean,
            StandardDeviation = deviation,
            Interval = half is double distance ? new Interval(mean - distance, mean + distance) : null,
            Minimum = values.Min(),
            Maximum = values.Max(),
            Confidence = confidence,
        };
    }
}
