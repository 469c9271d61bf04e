namespace DriveKD.Evaluation.Statistics;

/// <summary>How two lists of figures of the same things go together. Below two pairs, or where a list does not vary, there is no correlation: null.</summary>
public static class Correlation
{
    /// <summary>Pearson's: how near the pairs are to a line.</summary>
    /// <param name="x">The one list.</param>
    /// <param name="y">The other, in the same order.</param>
    public static double? Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        double[]? first = Normalized(x);
        double[]? second = Normalized(y);
        return first is null || second is null ? null : Math.Clamp(first.Zip(second, (left, right) => left * right).Sum(), -1, 1);
    }

    /// <summary>Spearman's: Pearson's of the ranks, equal values sharing their mean rank.</summary>
    /// <param name="x">The one list.</param>
    /// <param name="y">The other, in the same order.</param>
    public static double? Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        return Pearson(Ranks(x), Ranks(y));
    }

    /// <summary>Kendall's tau-b: pairs of things in the same order less those in opposite order, corrected for ties. Takes time of n squared.</summary>
    /// <param name="x">The one list.</param>
    /// <param name="y">The other, in the same order.</param>
    public static double? Kendall(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        long balance = 0;
        long differentX = 0;
        long differentY = 0;
        for (int i = 0; i < x.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int orderX = x[i].CompareTo(x[j]);
                int orderY = y[i].CompareTo(y[j]);
                balance += orderX * orderY;
                differentX += Math.Abs(orderX);
                differentY += Math.Abs(orderY);
            }
        }

        return differentX == 0 || differentY == 0 ? null : Math.Clamp(balance / (Math.Sqrt(differentX) * Math.Sqrt(differentY)), -1, 1);
    }

    private static void Check(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Require.Finite(x);
        Require.Finite(y);
        Require.SameLength(x.Count, y.Count, nameof(y));
    }

    /// <summary>The values less their mean, as a vector of length 1; null where they do not vary.</summary>
    private static double[]? Normalized(IReadOnlyList<double> values)
    {
        if (values.Count < 2 || values.Min() == values.Max())
        {
            return null;
        }

        // Scaled by the largest first: squares of very large or small numbers would leave the range of doubles.
        double largest = values.Max(Math.Abs);
        double mean = values.Sum(value => value / largest) / values.Count;
        double[] deviations = [.. values.Select(value => (value / largest) - mean)];
        double length = Math.Sqrt(deviations.Sum(deviation => deviation * deviation));
        return length == 0 ? null : [.. deviations.Select(deviation => deviation / length)];
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(index => values[index])];
        double[] ranks = new double[values.Count];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && values[order[end]] == values[order[start]];)
            {
                end++;
            }

            foreach (int index in order.AsSpan(start, end - start))
            {
                ranks[index] = (start + end + 1) / 2.0;
            }
        }

        return ranks;
    }
}
