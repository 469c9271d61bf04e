using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

/// <summary>A drawn picture with areas, edges and colours, of any size: what a fault can be seen on.</summary>
internal static class StreetPicture
{
    public static RgbImage Draw(int width = 160, int height = 90)
    {
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int i = 3 * ((y * width) + x);
                bool isSky = y < height / 2;
                bool isWindow = (x / 6 % 2) == 0 && (y / 6 % 2) == 0;
                pixels[i] = (byte)(isSky ? 120 + (y % 40) : isWindow ? 200 : 60 + (x % 30));
                pixels[i + 1] = (byte)(isSky ? 150 + (y % 40) : isWindow ? 40 : 70 + (x % 30));
                pixels[i + 2] = (byte)(isSky ? 190 + (y % 40) : isWindow ? 50 : 65 + (x % 30));
            }
        }

        return new RgbImage(width, height, pixels);
    }

    public static double Difference(RgbImage a, RgbImage b) => a.Pixels.Zip(b.Pixels, (x, y) => Math.Abs(x - y)).Average();

    public static double Mean(RgbImage image) => image.Pixels.Average(level => (double)level);
}
