namespace DriveKD.Data.Imaging;

/// <summary>Turns pictures upright by the EXIF orientation tag (TIFF 6.0 tag 274: 1 upright ... 8 to be turned a quarter left).</summary>
internal static class ExifOrientation
{
    /// <summary>Applies an orientation.</summary>
    /// <param name="image">The picture as stored.</param>
    /// <param name="orientation">1 to 8; anything else counts as 1.</param>
    /// <returns>A new picture, or the same object where nothing changes.</returns>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation is < 2 or > 8)
        {
            return image;
        }

        int lastX = image.Width - 1;
        int lastY = image.Height - 1;

        // Where output pixel (0, 0) comes from, and where one step right and one step down in the output lead in the source.
        (int x, int y, int rightX, int rightY, int downX, int downY) = orientation switch
        {
            2 => (lastX, 0, -1, 0, 0, 1),
            3 => (lastX, lastY, -1, 0, 0, -1),
            4 => (0, lastY, 1, 0, 0, -1),
            5 => (0, 0, 0, 1, 1, 0),
            6 => (0, lastY, 0, -1, 1, 0),
            7 => (lastX, lastY, 0, -1, -1, 0),
            _ => (lastX, 0, 0, 1, -1, 0),
        };
        bool swapsAxes = orientation >= 5;
        int width = swapsAxes ? image.Height : image.Width;
        int height = swapsAxes ? image.Width : image.Height;

        int start = 3 * ((y * image.Width) + x);
        int right = 3 * ((rightY * image.Width) + rightX);
        int down = 3 * ((downY * image.Width) + downX);
        byte[] source = image.Pixels;
        byte[] target = GC.AllocateUninitializedArray<byte>(source.Length);
        int written = 0;
        for (int row = 0; row < height; row++)
        {
            int from = start + (row * down);
            for (int column = 0; column < width; column++, from += right, written += 3)
            {
                target[written] = source[from];
                target[written + 1] = source[from + 1];
                target[written + 2] = source[from + 2];
            }
        }

        return new RgbImage(width, height, target);
    }
}
