namespace DriveKD.Evaluation.Statistics;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end; not below <paramref name="Low"/>.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The distance between the ends.</summary>
    public double Width => High - Low;

    /// <summary>Whether a value lies between the ends, which belong to it.</summary>
    /// <param name="value">Any number.</param>
    public bool Contains(double value) => value >= Low && value <= High;
}
