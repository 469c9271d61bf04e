namespace DriveKD.Data.Imaging;

/// <summary>One piece of a picture as a vision tower takes it: a tile, or the picture as a whole.</summary>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Values">Normalised values, in the order of the <see cref="PictureProcessor"/> that made them.</param>
public sealed record PicturePiece(int Width, int Height, float[] Values);
