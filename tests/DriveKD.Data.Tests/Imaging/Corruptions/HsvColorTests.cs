using CsCheck;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class HsvColorTests
{
    [Fact]
    public void ToRgb_OfAnyColor_ComesBack() =>
        Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte).Sample((r, g, b) =>
        {
            (double red, double green, double blue) = HsvColor.FromRgb(r / 255.0, g / 255.0, b / 255.0).ToRgb();
            Assert.Equal(r / 255.0, red, 12);
            Assert.Equal(g / 255.0, green, 12);
            Assert.Equal(b / 255.0, blue, 12);
        });

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(1, 1, 0, 1 / 6.0)]
    [InlineData(0, 1, 1, 3 / 6.0)]
    [InlineData(1, 0, 1, 5 / 6.0)]
    public void FromRgb_EqualLargestChannels_SectorOfTheLater(double red, double green, double blue, double hue) =>
        Assert.Equal(new HsvColor(hue, 1, 1), HsvColor.FromRgb(red, green, blue));

    [Fact]
    public void FromRgb_Grey_NoHueNoSaturation() => Assert.Equal(new HsvColor(0, 0, .4), HsvColor.FromRgb(.4, .4, .4));
}
