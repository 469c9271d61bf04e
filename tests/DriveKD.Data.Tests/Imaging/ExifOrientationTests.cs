using CsCheck;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class ExifOrientationTests
{
    // 1 2 3 over 4 5 6, and what it becomes, as the EXIF standard defines the eight values.
    [Theory]
    [InlineData(0, 3, "123456")]
    [InlineData(1, 3, "123456")]
    [InlineData(2, 3, "321654")]
    [InlineData(3, 3, "654321")]
    [InlineData(4, 3, "456123")]
    [InlineData(5, 2, "142536")]
    [InlineData(6, 2, "415263")]
    [InlineData(7, 2, "635241")]
    [InlineData(8, 2, "362514")]
    [InlineData(9, 3, "123456")]
    public void Apply_EveryValue_MovesThePixels(int orientation, int width, string expected)
    {
        RgbImage image = new(3, 2, [.. "123456".SelectMany(digit => Enumerable.Repeat((byte)digit, 3))]);
        RgbImage turned = ExifOrientation.Apply(image, orientation);
        Assert.Equal(width, turned.Width);
        Assert.Equal(expected, string.Concat(turned.Pixels.Chunk(3).Select(pixel => (char)pixel[0])));
        Assert.All(turned.Pixels.Chunk(3), pixel => Assert.Single(pixel.Distinct()));
    }

    [Fact]
    public void OfPng_DamagedExif_NeverThrows()
    {
        byte[] file = PictureFactory.Asset("orientation-6.png");
        Assert.Equal(6, ExifOrientation.OfPng(file));
        int start = file.AsSpan().IndexOf("eXIf"u8);
        Gen.Select(Gen.Int[-4, 40], Gen.Byte, Gen.Int[0, file.Length]).Sample((offset, value, length) =>
        {
            byte[] damaged = [.. file];
            damaged[start + offset] = value;
            Assert.InRange(ExifOrientation.OfPng(damaged.AsSpan(0, length)), 0, ushort.MaxValue);
        });
    }
}
