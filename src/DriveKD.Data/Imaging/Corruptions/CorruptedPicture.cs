namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>What became of a picture.</summary>
/// <param name="Image">The picture; the one that was handed in where nothing was done to it.</param>
/// <param name="IsHit">
/// Whether the fault reached it: false for the clean kind, where a frame's fault hit other cameras, and where no byte of its stream was damaged.
/// </param>
public sealed record CorruptedPicture(RgbImage Image, bool IsHit);
