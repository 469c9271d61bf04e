using DriveKD.Data.Imaging.Drawing;

namespace DriveKD.Data.Tests.Imaging.Drawing;

public sealed class ColorScaleTests
{
    [Fact]
    public void Of_OneSinkAmongMany_IsClipped()
    {
        float[] weights = [.. Enumerable.Range(0, 1024).Select(i => i / 1024f)];
        weights[5] = 100;
        ColorScale scale = ColorScale.Of([new AttentionMap(32, 32, weights)]);
        Assert.True(scale.IsClipped);
        Assert.InRange(scale.High, 0.9f, 1f);
        Assert.Equal(1f, scale.Position(100));
    }

    [Fact]
    public void Of_EvenlySpread_ReachesFromSmallestToLargestOfAllPictures()
    {
        ColorScale scale = ColorScale.Of([new AttentionMap(1, 2, [0.2f, 0.3f]), new AttentionMap(1, 2, [0.1f, 0.25f])]);
        Assert.Equal(new ColorScale(0.1f, 0.3f, IsClipped: false), scale);
        Assert.Equal(0.5f, scale.Position(0.2f), 1e-6f);
    }

    [Fact]
    public void Of_AllEqual_ShowsTheMiddle() => Assert.Equal(0.5f, ColorScale.Of([new AttentionMap(1, 2, [1, 1])]).Position(1));
}
