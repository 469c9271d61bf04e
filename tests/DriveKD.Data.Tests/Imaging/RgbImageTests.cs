using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class RgbImageTests
{
    [Fact]
    public void Crop_Part_CopiesItsRows()
    {
        RgbImage image = PictureFactory.Noise(7, 5, 2);
        RgbImage part = image.Crop(2, 1, 3, 4);
        for (int y = 0; y < 4; y++)
        {
            Assert.Equal(image.Pixels.AsSpan(3 * (((y + 1) * 7) + 2), 9), part.Pixels.AsSpan(9 * y, 9));
        }
    }

    [Theory]
    [InlineData(-1, 0, 1, 1)]
    [InlineData(0, 0, 8, 1)]
    [InlineData(5, 0, 3, 1)]
    [InlineData(0, 0, 1, 6)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(int.MaxValue, 0, int.MaxValue, 1)]
    public void Crop_Outside_Throws(int left, int top, int width, int height) =>
        Assert.ThrowsAny<ArgumentException>(() => PictureFactory.Noise(7, 5, 2).Crop(left, top, width, height));
}
