namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Something stuck to the lens, far out of focus: inside one random ellipse the picture is blurred (Gaussian). Semi-axes are 0.1 of the
/// sides to 0.1 times the severity; the centre scatters normally about the picture's, the less the higher the severity.
/// DriveBench's LensObstacleCorruption.
/// </summary>
internal static class LensObstacle
{
    private static readonly (int Kernel, double Scatter)[] _table = [(11, .3), (21, .25), (31, .2), (51, .15), (71, .1)];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="random">Where the ellipse comes from.</param>
    public static RgbImage Apply(RgbImage image, int severity, CorruptionRandom random) =>
        Apply(image, severity, Draw(image.Width, image.Height, severity, random).Cover(image.Width, image.Height));

    /// <summary>Corrupts a picture where it is told to.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5, for the blur.</param>
    /// <param name="mask">One value per pixel: whether it is covered.</param>
    public static RgbImage Apply(RgbImage image, int severity, ReadOnlySpan<bool> mask)
    {
        RgbImage blurred = GaussianBlur.Apply(image, _table[severity - 1].Kernel);
        byte[] pixels = [.. image.Pixels];
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                blurred.Pixels.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(3 * i));
            }
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    private static Ellipse Draw(int width, int height, int severity, CorruptionRandom random)
    {
        double scatter = _table[severity - 1].Scatter;
        int x = Center(width, scatter, random);
        int y = Center(height, scatter, random);
        int first = Axis(width, severity, random);
        int second = Axis(height, severity, random);
        return new Ellipse(x, y, first, second, random.NextInt(0, 360));
    }

    private static int Center(int side, double scatter, CorruptionRandom random) =>
        Math.Clamp((int)((0.5 + (scatter * random.NextNormal())) * side), 0, side - 1);

    private static int Axis(int side, int severity, CorruptionRandom random) => (int)(random.NextDouble(.1, .1 * severity) * side);
}
