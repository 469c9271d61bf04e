using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class PixelNormalizationTests
{
    [Fact]
    public void Write_EveryByteValue_IsChannelFirstAndEqualsTheFormula()
    {
        byte[] pixels = [.. Enumerable.Range(0, 256).SelectMany(value => new[] { (byte)value, (byte)(255 - value), (byte)(value ^ 0x55) })];
        float[] planes = new float[3 * 256];
        PixelNormalization.ImageNet.Write(new RgbImage(32, 8, pixels), planes);

        double[] mean = [0.485, 0.456, 0.406];
        double[] deviation = [0.229, 0.224, 0.225];
        for (int i = 0; i < 256; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                double expected = ((pixels[(3 * i) + channel] / 255.0) - mean[channel]) / deviation[channel];
                Assert.InRange(Math.Abs(planes[(channel * 256) + i] - expected), 0, 1e-6);
            }
        }
    }

    [Fact]
    public void Write_WrongLength_Throws()
    {
        RgbImage image = PictureFactory.Noise(4, 4, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => PixelNormalization.Clip.Write(image, new float[47]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PixelNormalization.Clip.Write(image, new float[49]));
    }

    [Fact]
    public void Constructor_ZeroDeviation_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PixelNormalization([0, 0, 0], [1, 0, 1]));

    [Fact]
    public void Equals_SameStatistics_OnlyThen()
    {
        PixelNormalization same = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
        Assert.Equal(PixelNormalization.ImageNet, same);
        Assert.Equal(PixelNormalization.ImageNet.GetHashCode(), same.GetHashCode());
        Assert.True(same.Equals((object)PixelNormalization.ImageNet));
        Assert.NotEqual(PixelNormalization.ImageNet, PixelNormalization.Clip);
        Assert.False(same.Equals(null));
        for (int channel = 0; channel < 3; channel++)
        {
            float[] mean = [0.485f, 0.456f, 0.406f];
            float[] deviation = [0.229f, 0.224f, 0.225f];
            mean[channel] = MathF.BitIncrement(mean[channel]);
            deviation[channel] += 0.001f;
            Assert.NotEqual(same, new PixelNormalization(mean, [0.229f, 0.224f, 0.225f]));
            Assert.NotEqual(same, new PixelNormalization([0.485f, 0.456f, 0.406f], deviation));
        }
    }
}
