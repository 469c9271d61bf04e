namespace DriveKD.Data.Imaging;

/// <summary>The method's default: the whole picture as one square, its aspect ratio disregarded.</summary>
public static class SingleSquare
{
    /// <summary>Resizes to a square by Pillow's bicubic filter.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="size">Side of the square, in pixels: the model's input size.</param>
    public static RgbImage Resize(RgbImage image, int size) => BicubicResizer.Resize(image, size, size);
}
