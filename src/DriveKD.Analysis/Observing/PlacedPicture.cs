using DriveKD.Data.Imaging;

namespace DriveKD.Analysis.Observing;

/// <summary>A picture as it stands in a sequence.</summary>
/// <param name="Camera">Its camera; null where it is not known.</param>
/// <param name="Width">Pixels along a row of the picture as it was recorded.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Layout">Its tiles. The picture is stretched over them, and over the thumbnail, without keeping its aspect.</param>
public sealed record PlacedPicture(string? Camera, int Width, int Height, PictureLayout Layout);
