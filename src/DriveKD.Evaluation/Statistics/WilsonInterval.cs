using MathNet.Numerics.Distributions;

namespace DriveKD.Evaluation.Statistics;

/// <summary>
/// The interval of a proportion by Wilson (1927): the proportions that a normal test would not reject. It stays within 0 and 1 and holds its
/// promise for small samples and for proportions near 0 and 1. It takes the questions for independent: where several belong to one scene, the
/// interval is <see cref="ClusterBootstrap"/>'s.
/// </summary>
public static class WilsonInterval
{
    /// <summary>The interval.</summary>
    /// <param name="successes">Between 0 and <paramref name="n"/>.</param>
    /// <param name="n">Trials. Without any nothing is known: 0 to 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static Interval Of(long successes, long n, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, n);
        Require.Confidence(confidence);
        if (n == 0)
        {
            return new Interval(0, 1);
        }

        double z = Normal.InvCDF(0, 1, 0.5 + (confidence / 2));
        double share = (double)successes / n;
        double squared = z * z / n;
        double centre = (share + (squared / 2)) / (1 + squared);
        double half = z / (1 + squared) * Math.Sqrt((share * (1 - share) / n) + (squared / n / 4));

        // At both ends the formula gives 0 and 1 but for rounding.
        return new Interval(successes == 0 ? 0 : Math.Max(0, centre - half), successes == n ? 1 : Math.Min(1, centre + half));
    }
}
