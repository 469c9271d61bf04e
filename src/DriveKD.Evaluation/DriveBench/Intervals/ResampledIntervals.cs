using DriveKD.Runs.Folders;
using MathNet.Numerics.Distributions;

namespace DriveKD.Evaluation.DriveBench.Intervals;

/// <summary>Wilson's intervals for proportions, the percentile bootstrap over clusters for all else. The same seed gives the same intervals.</summary>
/// <param name="seed">Chooses the resamples.</param>
/// <param name="resamples">How many resamples are drawn.</param>
/// <param name="confidence">The share of repetitions whose interval shall hold the truth.</param>
public sealed class ResampledIntervals(
    ulong seed = ResampledIntervals.DefaultSeed, int resamples = ResampledIntervals.DefaultResamples, double confidence = ResampledIntervals.DefaultConfidence) : IIntervals
{
    /// <summary>The seed where none is asked for.</summary>
    public const ulong DefaultSeed = 0;

    /// <summary>The number of resamples where none is asked for.</summary>
    public const int DefaultResamples = 1000;

    /// <summary>The confidence where none is asked for.</summary>
    public const double DefaultConfidence = 0.95;

    private readonly double _tail = (1 - confidence) / 2;

    // The normal distribution's 97.5 % point at 95 %.
    private readonly double _z = Normal.InvCDF(0, 1, 0.5 + (confidence / 2));

    /// <inheritdoc />
    public FigureInterval Proportion(long successes, long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double share = (double)successes / count;
        double square = _z * _z / count;
        double centre = (share + (square / 2)) / (1 + square);
        double half = _z / (1 + square) * Math.Sqrt((share * (1 - share) / count) + (square / (4 * count)));

        // Rounding may not put the ends beyond what the proportion can be.
        return new FigureInterval(successes == 0 ? 0 : centre - half, successes == count ? 1 : centre + half);
    }

    /// <inheritdoc />
    public IReadOnlyList<FigureInterval?> Resampled(int clusters, int figures, Action<IReadOnlyList<int>, double[]> statistic)
    {
        FigureInterval?[] intervals = new FigureInterval?[figures];
        if (clusters < 2)
        {
            return intervals;
        }

        RandomStream random = new(seed);
        int[] drawn = new int[clusters];
        double[] values = new double[figures];
        List<double>[] samples = [.. Enumerable.Range(0, figures).Select(_ => new List<double>(resamples))];
        for (int i = 0; i < resamples; i++)
        {
            for (int c = 0; c < clusters; c++)
            {
                drawn[c] = random.NextInt(clusters);
            }

            statistic(drawn, values);
            for (int f = 0; f < figures; f++)
            {
                if (double.IsFinite(values[f]))
                {
                    samples[f].Add(values[f]);
                }
            }
        }

        for (int f = 0; f < figures; f++)
        {
            samples[f].Sort();
            intervals[f] = samples[f].Count == 0 ? null : new FigureInterval(Quantile(samples[f], _tail), Quantile(samples[f], 1 - _tail));
        }

        return intervals;
    }

    private static double Quantile(List<double> sorted, double share)
    {
        double position = share * (sorted.Count - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
