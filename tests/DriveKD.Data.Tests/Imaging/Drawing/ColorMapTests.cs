using DriveKD.Data.Imaging.Drawing;

namespace DriveKD.Data.Tests.Imaging.Drawing;

public sealed class ColorMapTests
{
    [Fact]
    public void At_RisingValues_GetsBrighterAtEveryStep()
    {
        double previous = -1;
        for (int i = 0; i < 256; i++)
        {
            (byte red, byte green, byte blue) = ColorMap.Heat.At(i / 255f);
            double luminance = (0.2126 * Linear(red)) + (0.7152 * Linear(green)) + (0.0722 * Linear(blue));
            Assert.True(luminance > previous, $"step {i} is not brighter than the one before");
            previous = luminance;
        }

        Assert.Equal(ColorMap.Heat.At(0), ColorMap.Heat.At(-3));
        Assert.Equal(ColorMap.Heat.At(1), ColorMap.Heat.At(7));
    }

    private static double Linear(byte value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
}
