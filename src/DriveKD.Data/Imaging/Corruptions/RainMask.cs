namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Where drops fall: lines one pixel wide that go one pixel to the left over their length, whatever slant was drawn for their places.
/// A drop that begins in the leftmost column leaves one pixel, one that begins left of the picture none: the line that OpenCV
/// draws is cut off at the border.
/// </summary>
internal static class RainMask
{
    /// <summary>The level of a drop.</summary>
    public const byte DropLevel = 220;

    /// <summary>Draws drops.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="drops">Their upper ends.</param>
    /// <param name="length">Of each.</param>
    /// <returns>width * height levels, row by row: 220 or 0.</returns>
    public static byte[] Draw(int width, int height, ReadOnlySpan<(int X, int Y)> drops, int length)
    {
        byte[] mask = new byte[width * height];
        foreach ((int x, int y) in drops)
        {
            for (int row = 0; row <= length; row++)
            {
                int column = x - Shift(row, length);
                if (x > 0 || row == 0)
                {
                    Set(mask, width, height, column, y + row);
                }
            }
        }

        return mask;
    }

    /// <summary>How far a drop has gone to the left.</summary>
    /// <param name="row">From its upper end.</param>
    /// <param name="length">Of the drop.</param>
    public static int Shift(int row, int length) => row < length / 2 ? 0 : 1;

    private static void Set(byte[] mask, int width, int height, int x, int y)
    {
        if (x >= 0 && x < width && y >= 0 && y < height)
        {
            mask[(y * width) + x] = DropLevel;
        }
    }
}
