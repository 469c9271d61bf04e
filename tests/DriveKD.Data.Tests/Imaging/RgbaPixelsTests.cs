using CsCheck;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class RgbaPixelsTests
{
    [Fact]
    public void DropAlpha_AnyLength_KeepsColoursAndWritesNothingElse()
    {
        Gen.Select(Gen.Int[0, 70], Gen.Int).Sample((pixels, seed) =>
        {
            byte[] rgba = new byte[4 * pixels];
            new Random(seed).NextBytes(rgba);
            byte[] rgb = new byte[(3 * pixels) + 1];
            rgb[^1] = 99;
            RgbaPixels.DropAlpha(rgba, rgb);

            Assert.Equal(rgba.Chunk(4).SelectMany(pixel => pixel[..3]), rgb[..^1]);
            Assert.Equal(99, rgb[^1]);
        });
    }
}
