namespace DriveKD.Data.Imaging.Verification;

/// <summary>Per-channel statistics of a picture's bytes; R, G, B.</summary>
internal sealed record PictureStatistics
{
    public required double[] Mean { get; init; }

    public required double[] Std { get; init; }

    public required double[] Min { get; init; }

    public required double[] Max { get; init; }
}
