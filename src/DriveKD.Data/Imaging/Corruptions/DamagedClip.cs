namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>A clip whose stream was damaged.</summary>
/// <param name="Frames">What a decoder makes of it.</param>
/// <param name="StreamBytes">Of the stream's packets.</param>
/// <param name="ChangedBytes">How many of them differ from what was encoded.</param>
internal sealed record DamagedClip(IReadOnlyList<RgbImage> Frames, long StreamBytes, long ChangedBytes);
