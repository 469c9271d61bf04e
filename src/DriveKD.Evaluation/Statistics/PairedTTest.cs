namespace DriveKD.Evaluation.Statistics;

/// <summary>The paired t test: whether the mean of the differences second - first is 0.</summary>
public sealed record PairedTTest
{
    /// <summary>How many pairs.</summary>
    public required int N { get; init; }

    /// <summary>The mean of second - first; null without pairs.</summary>
    public double? MeanDifference { get; init; }

    /// <summary>t; null below two pairs and where all differences are equal, for then there is no spread to measure by.</summary>
    public double? Statistic { get; init; }

    /// <summary>The two-sided p value; null below two pairs. Where all differences are equal: 1 if they are 0, else 0.</summary>
    public double? P { get; init; }

    /// <summary>The interval of the mean difference; null below two pairs, one point where all differences are equal.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Tests pairs.</summary>
    /// <param name="first">The one model's figures.</param>
    /// <param name="second">The other's, in the same order.</param>
    /// <param name="confidence">Of the interval; between 0 and 1.</param>
    public static PairedTTest Of(IReadOnlyList<double> first, IReadOnlyList<double> second, double confidence = 0.95)
    {
        Require.Finite(first);
        Require.Finite(second);
        Require.SameLength(first.Count, second.Count, nameof(second));
        SeedSummary differences = SeedSummary.Of([.. second.Zip(first, (later, earlier) => later - earlier)], confidence);
        double? statistic = differences.StandardDeviation is double deviation and > 0
            ? differences.Mean / (deviation / Math.Sqrt(differences.N))
            : null;
        return new PairedTTest
        {
            N = differences.N,
            MeanDifference = differences.Mean,
            Statistic = statistic,
            P = statistic is double t ? StudentT.TwoSidedP(t, differences.N - 1)
                : differences.N < 2 ? null
                : differences.Mean == 0 ? 1
                : 0,
            Interval = differences.Interval,
        };
    }
}
