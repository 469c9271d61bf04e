namespace DriveKD.Data.Imaging.Verification;

/// <summary>What a golden table records of the bytes of a picture.</summary>
internal sealed record PictureRecord(string Sha256, PictureStatistics? Stats, IReadOnlyList<SampledPixel>? Pixels)
{
    // The tables round statistics to six decimals.
    private const double StatisticsTolerance = 1e-6;

    /// <summary>Compares everything that is recorded.</summary>
    /// <param name="comparison">Receives the differences, in steps of 1/255.</param>
    /// <param name="image">This implementation's picture.</param>
    /// <param name="whole">The golden picture itself where the folder has it; used to measure a difference.</param>
    public void Compare(Comparison comparison, RgbImage image, RgbImage? whole)
    {
        comparison.Same("SHA-256 of the RGB bytes", Hash(image.Pixels), Sha256);
        if (whole is not null)
        {
            ComparePixels(comparison, image, whole);
        }

        foreach (SampledPixel pixel in Pixels ?? [])
        {
            if (pixel.X < 0 || pixel.Y < 0 || pixel.X >= image.Width || pixel.Y >= image.Height || pixel.Rgb.Count != 3)
            {
                comparison.Fail($"pixel ({pixel.X}, {pixel.Y}) is not inside {image.Width} x {image.Height}");
                continue;
            }

            for (int channel = 0; channel < 3; channel++)
            {
                comparison.Near($"pixel ({pixel.X}, {pixel.Y}) channel", channel, image.Pixels[(3 * ((pixel.Y * image.Width) + pixel.X)) + channel], pixel.Rgb[channel]);
            }
        }

        if (Stats is { Mean.Length: 3, Std.Length: 3, Min.Length: 3, Max.Length: 3 })
        {
            CompareStatistics(comparison, image.Pixels, Stats);
        }
        else if (Stats is not null)
        {
            comparison.Fail("the statistics do not hold three channels");
        }
    }

    /// <summary>SHA-256 in lower-case hexadecimal digits, as the tables write it.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    private static void ComparePixels(Comparison comparison, RgbImage image, RgbImage whole)
    {
        comparison.Same("width", image.Width, whole.Width);
        comparison.Same("height", image.Height, whole.Height);
        if (image.Pixels.Length == whole.Pixels.Length)
        {
            for (int i = 0; i < image.Pixels.Length; i++)
            {
                comparison.Near("byte", i, image.Pixels[i], whole.Pixels[i]);
            }
        }
    }

    private static void CompareStatistics(Comparison comparison, byte[] pixels, PictureStatistics statistics)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            double sum = 0;
            double squares = 0;
            int lowest = byte.MaxValue;
            int highest = 0;
            for (int i = channel; i < pixels.Length; i += 3)
            {
                int value = pixels[i];
                sum += value;
                squares += value * value;
                lowest = Math.Min(lowest, value);
                highest = Math.Max(highest, value);
            }

            double count = pixels.Length / 3;
            double mean = sum / count;
            double deviation = Math.Sqrt(Math.Max((squares / count) - (mean * mean), 0));
            comparison.Derived("mean of channel", channel, mean, statistics.Mean[channel], StatisticsTolerance);
            comparison.Derived("standard deviation of channel", channel, deviation, statistics.Std[channel], StatisticsTolerance);
            comparison.Derived("lowest value of channel", channel, lowest, statistics.Min[channel], 0);
            comparison.Derived("highest value of channel", channel, highest, statistics.Max[channel], 0);
        }
    }
}
