namespace DriveKD.Data.Imaging.Verification;

/// <summary>One pixel that a golden table records.</summary>
internal sealed record SampledPixel
{
    public required int X { get; init; }

    public required int Y { get; init; }

    public required IReadOnlyList<int> Rgb { get; init; }
}
