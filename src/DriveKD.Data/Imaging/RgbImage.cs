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

    /// <summary>Copies a part.</summary>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns, at least 1; all inside the picture.</param>
    /// <param name="height">Rows, at least 1; all inside the picture.</param>
    public RgbImage Crop(int left, int top, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)left + width, Width, nameof(width));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)top + height, Height, nameof(height));
        byte[] part = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        for (int row = 0; row < height; row++)
        {
            Pixels.AsSpan(3 * (((top + row) * Width) + left), 3 * width).CopyTo(part.AsSpan(3 * row * width));
        }

        return new RgbImage(width, height, part);
    }
}
