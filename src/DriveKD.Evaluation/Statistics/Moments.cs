namespace DriveKD.Evaluation.Statistics;

/// <summary>Mean and spread of numbers.</summary>
internal static class Moments
{
    /// <summary>The mean and the standard deviation with n - 1.</summary>
    /// <param name="values">At least one finite number, in any order: the result does not depend on it.</param>
    /// <returns>The deviation is null for one number, and exactly 0 where all are equal.</returns>
    public static (double Mean, double? Deviation) Of(IReadOnlyList<double> values)
    {
        // Rounding must not make a spread out of equal numbers, nor a difference out of another order.
        double[] sorted = [.. values.Order()];
        if (sorted[0] == sorted[^1])
        {
            return (sorted[0], sorted.Length == 1 ? null : 0);
        }

        double mean = sorted.Sum() / sorted.Length;
        return (mean, Math.Sqrt(sorted.Sum(value => (value - mean) * (value - mean)) / (sorted.Length - 1)));
    }
}
