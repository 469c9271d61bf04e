namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Smeared along a line of a random angle between -45 and 45 degrees. As <c>motion_blur</c> of the package imagecorruptions; the angle
/// is drawn for each picture, as there.
/// </summary>
internal static class MotionBlur
{
    private static readonly (int Radius, double Sigma)[] _table = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="random">Where the angle comes from.</param>
    public static RgbImage Apply(RgbImage image, int severity, CorruptionRandom random) => Apply(image, severity, random.NextDouble(-45, 45));

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="angleDegrees">Of the line.</param>
    public static RgbImage Apply(RgbImage image, int severity, double angleDegrees)
    {
        (int radius, double sigma) = _table[severity - 1];
        ReadOnlySpan<byte> pixels = image.Pixels;
        double[] source = new double[pixels.Length];
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = pixels[i];
        }

        byte[] result = GC.AllocateUninitializedArray<byte>(pixels.Length);
        int stride = 3 * image.Width;
        MotionKernel kernel = new(image.Width, image.Height, radius, sigma, angleDegrees);
        MotionBlurFilter.Apply(source, image.Width, image.Height, 3, kernel, (y, row) =>
        {
            Span<byte> target = result.AsSpan(y * stride, stride);
            for (int i = 0; i < row.Length; i++)
            {
                target[i] = (byte)Math.Clamp(row[i], 0, 255);
            }
        });
        return new RgbImage(image.Width, image.Height, result);
    }
}
