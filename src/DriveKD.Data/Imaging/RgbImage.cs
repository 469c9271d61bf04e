namespace DriveKD.Data.Imaging;

/// <summary>An 8-bit RGB picture: rows from top to bottom, three bytes per pixel, no padding.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps pixels that the caller hands over.</summary>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">width * height * 3 bytes, RGB.</param>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != 3L * width * height)
        {
            throw new ArgumentException($"{pixels.LongLength} bytes for {width} x {height} RGB pixels.", nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The bytes, row by row, RGB.</summary>
    public byte[] Pixels { get; }
}
