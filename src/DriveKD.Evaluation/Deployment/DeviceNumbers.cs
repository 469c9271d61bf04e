namespace DriveKD.Evaluation.Deployment;

/// <summary>
/// What a device can do, and how much of it programs reach. The factors are assumptions, not measurements: one half of the peak in large
/// matrix products, four fifths of the bandwidth, and for every layer the time that eager execution needs to start its kernels, read off the
/// published decoding speed of InternVL3-1B, which hardly moves any bytes.
/// </summary>
public sealed record DeviceNumbers
{
    /// <summary>What it is called in tables.</summary>
    public required string Name { get; init; }

    /// <summary>Peak operations per second of dense matrix products in the format used.</summary>
    public required double PeakFlops { get; init; }

    /// <summary>Bytes per second from its memory.</summary>
    public required double Bandwidth { get; init; }

    /// <summary>Bytes of its memory; null where it is not known.</summary>
    public double? MemoryBytes { get; init; }

    /// <summary>The share of the peak that large matrix products reach.</summary>
    public double ComputeEfficiency { get; init; } = 0.5;

    /// <summary>The share of the bandwidth that reading weights reaches.</summary>
    public double BandwidthEfficiency { get; init; } = 0.8;

    /// <summary>Seconds that one layer takes whatever it computes.</summary>
    public double LayerSeconds { get; init; } = 0.88e-3;

    /// <summary>The time of some work: its arithmetic or its bytes, whichever takes longer, and the starting of its layers.</summary>
    /// <param name="flops">Operations.</param>
    /// <param name="bytes">Bytes read and written.</param>
    /// <param name="layers">Layers started.</param>
    public double Seconds(double flops, double bytes, double layers) =>
        Math.Max(flops / (PeakFlops * ComputeEfficiency), bytes / (Bandwidth * BandwidthEfficiency)) + (layers * LayerSeconds);
}
