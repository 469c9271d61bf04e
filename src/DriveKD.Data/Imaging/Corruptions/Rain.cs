namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Rain: drops (<see cref="RainMask"/>) lighten the picture where it is dark, are smeared by a 3 x 3 mean, and the contrast about each
/// channel's mean is lowered. What a drop adds, and the result, are cut off to 8 bits, not rounded. DriveBench's Rain.
/// </summary>
internal static class Rain
{
    private const int ExtremeSlant = 10;

    private static readonly (int Length, int AreaPerDrop, double Contrast)[] _table =
        [(10, 770, .8), (30, 770, .8), (60, 770, .7), (60, 500, .6), (80, 400, .5)];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture; one lower than a drop gets drops that begin at its top.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="random">Where the drops come from.</param>
    public static RgbImage Apply(RgbImage image, int severity, CorruptionRandom random)
    {
        (int length, int area, _) = _table[severity - 1];
        int slant = random.NextInt(-ExtremeSlant, ExtremeSlant - 1);
        (int X, int Y)[] drops = new (int, int)[image.Width * image.Height / area];
        for (int i = 0; i < drops.Length; i++)
        {
            int x = slant < 0 ? random.NextInt(slant, image.Width - 1) : random.NextInt(0, image.Width - slant - 1);
            drops[i] = (x, random.NextInt(0, image.Height - length - 1));
        }

        return Apply(image, severity, RainMask.Draw(image.Width, image.Height, drops, length));
    }

    /// <summary>Corrupts a picture with drops that are given.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5, for the contrast.</param>
    /// <param name="mask">One level per pixel: 220 in a drop, else 0.</param>
    public static RgbImage Apply(RgbImage image, int severity, ReadOnlySpan<byte> mask)
    {
        byte[] wet = Lighten(image, mask);
        double[] smeared = Smear(image.Pixels, wet, image.Width, image.Height, mask);
        return new RgbImage(image.Width, image.Height, LowerContrast(smeared, _table[severity - 1].Contrast));
    }

    private static byte[] Lighten(RgbImage image, ReadOnlySpan<byte> mask)
    {
        ReadOnlySpan<byte> source = image.Pixels;
        long sum = 0;
        foreach (byte level in source)
        {
            sum += level;
        }

        double dark = 1 - ((double)sum / source.Length / 255);
        byte[] wet = [.. source];
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] == 0)
            {
                continue;
            }

            for (int channel = 3 * i; channel < (3 * i) + 3; channel++)
            {
                int added = (int)(mask[i] * (1 - (source[channel] / 255.0)) * dark);
                wet[channel] = (byte)Math.Min(source[channel] + added, 255);
            }
        }

        return wet;
    }

    private static double[] Smear(ReadOnlySpan<byte> source, ReadOnlySpan<byte> wet, int width, int height, ReadOnlySpan<byte> mask)
    {
        double[] result = new double[source.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = source[i];
        }

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int pixel = (y * width) + x;
                if (mask[pixel] == 0)
                {
                    continue;
                }

                double share = mask[pixel] / 255.0;
                for (int channel = 0; channel < 3; channel++)
                {
                    int around = 0;
                    for (int dy = -1; dy <= 1; dy++)
                    {
                        int row = GaussianBlur.Mirror(y + dy, height) * width;
                        for (int dx = -1; dx <= 1; dx++)
                        {
                            around += wet[(3 * (row + GaussianBlur.Mirror(x + dx, width))) + channel];
                        }
                    }

                    // Nine levels have no mean that ends in .5.
                    int mean = (int)Math.Round(around / 9.0);
                    result[(3 * pixel) + channel] = (mean * share) + (source[(3 * pixel) + channel] * (1 - share));
                }
            }
        }

        return result;
    }

    private static byte[] LowerContrast(double[] pixels, double contrast)
    {
        byte[] result = GC.AllocateUninitializedArray<byte>(pixels.Length);
        for (int channel = 0; channel < 3; channel++)
        {
            double sum = 0;
            for (int i = channel; i < pixels.Length; i += 3)
            {
                sum += pixels[i];
            }

            double mean = sum / (pixels.Length / 3);
            for (int i = channel; i < pixels.Length; i += 3)
            {
                result[i] = (byte)Math.Clamp(((pixels[i] - mean) * contrast) + mean, 0, 255);
            }
        }

        return result;
    }
}
