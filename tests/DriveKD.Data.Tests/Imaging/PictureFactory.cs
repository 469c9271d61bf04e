using DriveKD.Data.Imaging;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Imaging;

/// <summary>Pictures for tests: from a seed, or from tests/Assets.</summary>
internal static class PictureFactory
{
    /// <summary>Random bytes.</summary>
    public static RgbImage Noise(int width, int height, int seed)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    /// <summary>The bytes of an encoded picture of tests/Assets/Images.</summary>
    public static byte[] Asset(string file) => File.ReadAllBytes(TestPaths.Asset("Images", file));
}
