using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Statistics;

/// <summary>
/// The bootstrap over clusters: whole clusters (the scenes of a dataset) are drawn with replacement, as many as there are, and the figure is
/// computed anew; the percentiles of those figures are its interval. Questions of one scene are alike, so drawing single questions would
/// promise too much.
/// </summary>
public static class ClusterBootstrap
{
    /// <summary>The mean of values.</summary>
    /// <param name="values">One per question.</param>
    /// <param name="clusters">The cluster of each, in the same order. The order of the questions does not matter.</param>
    /// <param name="options">How to draw; null for the defaults.</param>
    public static BootstrapResult Mean(IReadOnlyList<double> values, IReadOnlyList<string> clusters, BootstrapOptions? options = null)
    {
        Require.Finite(values);
        Require.SameLength(values.Count, clusters.Count, nameof(clusters));

        // By name: the same questions in another order draw the same clusters.
        double[][] sums =
        [
            .. values.Zip(clusters, (value, cluster) => (Value: value, Cluster: cluster))
                .GroupBy(pair => pair.Cluster, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new[] { group.Select(pair => pair.Value).Order().Sum(), group.Count() }),
        ];
        return OfSums(sums, total => total[0] / total[1], options);
    }

    /// <summary>
    /// A figure that is computed from sums over questions, as those of a corpus are (n-grams found and possible, lengths): each cluster's
    /// sums are added up as often as it is drawn, so a resample costs no more than a few additions per cluster.
    /// </summary>
    /// <param name="clusters">The sums of each cluster, equally many and in the same order.</param>
    /// <param name="statistic">The figure of the added sums; NaN where it is not defined.</param>
    /// <param name="options">How to draw; null for the defaults.</param>
    public static BootstrapResult OfSums(
        IReadOnlyList<double[]> clusters, Func<ReadOnlySpan<double>, double> statistic, BootstrapOptions? options = null)
    {
        int width = clusters.Count == 0 ? 0 : clusters[0].Length;
        double[] flat = new double[clusters.Count * width];
        for (int cluster = 0; cluster < clusters.Count; cluster++)
        {
            Require.Finite(clusters[cluster], nameof(clusters));
            Require.SameLength(width, clusters[cluster].Length, nameof(clusters));
            clusters[cluster].CopyTo(flat, cluster * width);
        }

        double[] total = new double[width];
        return Of(
            clusters.Count,
            counts =>
            {
                Array.Clear(total);
                for (int cluster = 0; cluster < counts.Length; cluster++)
                {
                    int count = counts[cluster];
                    for (int i = 0; count > 0 && i < width; i++)
                    {
                        total[i] += count * flat[(cluster * width) + i];
                    }
                }

                return statistic(total);
            },
            options);
    }

    /// <summary>Any figure.</summary>
    /// <param name="clusters">How many clusters.</param>
    /// <param name="statistic">The figure, from how often each cluster is drawn; NaN where it is not defined. Once each gives the estimate.</param>
    /// <param name="options">How to draw; null for the defaults.</param>
    public static BootstrapResult Of(int clusters, Func<ReadOnlySpan<int>, double> statistic, BootstrapOptions? options = null) =>
        OfFigures(clusters, 1, (counts, values) => values[0] = statistic(counts), options)[0];

    /// <summary>Several figures of the same draws.</summary>
    /// <param name="clusters">How many clusters.</param>
    /// <param name="figures">How many figures.</param>
    /// <param name="statistic">Writes the figures, from how often each cluster is drawn; NaN where one is not defined. Once each gives the estimates.</param>
    /// <param name="options">How to draw; null for the defaults.</param>
    public static IReadOnlyList<BootstrapResult> OfFigures(
        int clusters, int figures, Action<ReadOnlySpan<int>, double[]> statistic, BootstrapOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(clusters);
        options ??= new BootstrapOptions();
        options.Check();
        int[] counts = new int[clusters];
        Array.Fill(counts, 1);
        double[] values = new double[figures];
        Array.Fill(values, double.NaN);
        if (clusters > 0)
        {
            statistic(counts, values);
        }

        double[] estimates = [.. values];
        List<double>[] drawn = [.. estimates.Select(_ => new List<double>(clusters < 2 ? 0 : options.Resamples))];
        RandomStream stream = new SeedStreams(options.Seed).Open("bootstrap");
        for (int resample = 0; clusters >= 2 && resample < options.Resamples; resample++)
        {
            Array.Clear(counts);
            for (int draw = 0; draw < counts.Length; draw++)
            {
                counts[stream.NextInt(counts.Length)]++;
            }

            statistic(counts, values);
            for (int figure = 0; figure < figures; figure++)
            {
                if (double.IsFinite(values[figure]))
                {
                    drawn[figure].Add(values[figure]);
                }
            }
        }

        return [.. estimates.Zip(drawn, (estimate, sample) => Summarize(clusters, estimate, [.. sample], options))];
    }

    private static BootstrapResult Summarize(int clusters, double estimate, double[] drawn, BootstrapOptions options)
    {
        BootstrapResult result = new()
        {
            Estimate = double.IsFinite(estimate) ? estimate : null,
            Clusters = clusters,
            Resamples = drawn.Length,
            Undefined = clusters < 2 ? 0 : options.Resamples - drawn.Length,
            Confidence = options.Confidence,
        };
        if (drawn.Length == 0)
        {
            return result;
        }

        Array.Sort(drawn);
        double tail = (1 - options.Confidence) / 2;
        return result with
        {
            Interval = new Interval(Percentile(drawn, tail), Percentile(drawn, 1 - tail)),
            StandardError = Moments.Of(drawn).Deviation,
        };
    }

    /// <summary>Between two ranks, the straight line.</summary>
    private static double Percentile(double[] sorted, double share)
    {
        double rank = share * (sorted.Length - 1);
        int below = (int)rank;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((rank - below) * (sorted[below + 1] - sorted[below]));
    }
}
