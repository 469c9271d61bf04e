namespace DriveKD.Data.Imaging.Verification;

/// <summary>One normalised value that a golden table records.</summary>
internal sealed record NormalizedValue
{
    public required int C { get; init; }

    public required int Y { get; init; }

    public required int X { get; init; }

    public required double Value { get; init; }
}
