namespace DriveKD.Models.Measurement;

/// <summary>A figure that was taken several times. Quartiles lie between the two nearest values where they fall between them, as in NumPy.</summary>
/// <param name="Count">How often it was taken.</param>
/// <param name="Minimum">The least.</param>
/// <param name="LowerQuartile">A quarter lies below.</param>
/// <param name="Median">Half lies below.</param>
/// <param name="UpperQuartile">A quarter lies above.</param>
/// <param name="Maximum">The greatest.</param>
public sealed record Spread(int Count, double Minimum, double LowerQuartile, double Median, double UpperQuartile, double Maximum)
{
    /// <summary>How wide the middle half is.</summary>
    public double InterquartileRange => UpperQuartile - LowerQuartile;

    /// <summary>Sums values up; null where there are none.</summary>
    /// <param name="values">In any order; what was not there is null and left out.</param>
    public static Spread? Of(IEnumerable<double?> values)
    {
        double[] sorted = [.. values.OfType<double>().Order()];
        return sorted.Length == 0
            ? null
            : new Spread(sorted.Length, sorted[0], At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75), sorted[^1]);
    }

    /// <summary>
    /// The spread of the ratios of values that were taken side by side. What disturbs a whole machine for a while disturbs both values of
    /// a pair, and so its ratio less than either value.
    /// </summary>
    /// <param name="values">The numerators, in the order in which they were taken.</param>
    /// <param name="against">The denominators. A pair counts where both values are there and the second is not 0.</param>
    public static Spread? OfRatios(IEnumerable<double?> values, IEnumerable<double?> against) =>
        Of(values.Zip(against, (value, other) => other is null or 0 ? null : value / other));

    private static double At(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        double rest = position - below;
        return rest == 0 ? sorted[below] : sorted[below] + (rest * (sorted[below + 1] - sorted[below]));
    }
}
