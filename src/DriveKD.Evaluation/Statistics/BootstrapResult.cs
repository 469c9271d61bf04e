namespace DriveKD.Evaluation.Statistics;

/// <summary>A figure and how far it would move with other scenes.</summary>
public sealed record BootstrapResult
{
    /// <summary>The figure over all clusters; null where there are none, or where it is not defined.</summary>
    public double? Estimate { get; init; }

    /// <summary>
    /// The percentile interval. Null below two clusters, because one cluster says nothing of others, and where the figure was defined for no
    /// resample; one point where every resample gives the same.
    /// </summary>
    public Interval? Interval { get; init; }

    /// <summary>The standard deviation over the resamples; null where there is no interval, or only one resample.</summary>
    public double? StandardError { get; init; }

    /// <summary>How many clusters were drawn from.</summary>
    public required int Clusters { get; init; }

    /// <summary>How many resamples the interval rests on, those where the figure was not defined left out.</summary>
    public required int Resamples { get; init; }

    /// <summary>For how many resamples the figure was not defined.</summary>
    public int Undefined { get; init; }

    /// <summary>The share of repetitions whose interval holds the truth.</summary>
    public required double Confidence { get; init; }
}
