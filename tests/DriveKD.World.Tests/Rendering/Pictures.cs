using DriveKD.Data.Imaging;

namespace DriveKD.World.Tests.Rendering;

/// <summary>What tests ask of pictures.</summary>
internal static class Pictures
{
    /// <summary>Pixels that are bright in red and in nothing else.</summary>
    public static int CountRed(RgbImage image) => Count(image, (r, g, b) => r > 190 && g < 90 && b < 90);

    /// <summary>Pixels of an indicator's amber.</summary>
    public static int CountAmber(RgbImage image) => Count(image, IsAmber);

    /// <summary>Pixels of a green lamp.</summary>
    public static int CountGreen(RgbImage image) => Count(image, (r, g, b) => g > 190 && r < 90 && b < 170);

    /// <summary>The mean column of amber pixels.</summary>
    public static double AmberColumn(RgbImage image)
    {
        (double sum, int count) = (0, 0);
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            if (IsAmber(image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]))
            {
                (sum, count) = (sum + (i % image.Width), count + 1);
            }
        }

        return sum / count;
    }

    /// <summary>The mean of all bytes.</summary>
    public static double Mean(RgbImage image) => image.Pixels.Average(value => (double)value);

    /// <summary>Bytes that differ by more than a bound.</summary>
    public static int CountDifferent(RgbImage a, RgbImage b, int bound) => a.Pixels.Zip(b.Pixels).Count(pair => Math.Abs(pair.First - pair.Second) > bound);

    private static bool IsAmber(int r, int g, int b) => r > 220 && g is > 130 and < 200 && b < 60;

    private static int Count(RgbImage image, Func<int, int, int, bool> isCounted)
    {
        int count = 0;
        for (int i = 0; i < image.Pixels.Length; i += 3)
        {
            count += isCounted(image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) ? 1 : 0;
        }

        return count;
    }
}
