using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class PixelLimitsTests
{
    private static readonly (string Min, string Max) _where = ("--min-pixels", "--max-pixels");

    [Fact]
    public void Apply_Own_ChangesNothing()
    {
        Assert.True(PixelLimits.Own.AreOwn);
        Assert.Equal(Qwen25VLImageOptions.Default, PixelLimits.Own.Apply(Qwen25VLImageOptions.Default, _where));
    }

    [Theory]
    [InlineData(null, 501_760L, 3136, 501_760)]
    [InlineData(50_176L, null, 50_176, 12_845_056)]
    [InlineData(784L, 784L, 784, 784)]
    public void Apply_GivenLimits_ReplacesThemAlone(long? min, long? max, long expectedMin, long expectedMax)
    {
        PixelLimits limits = new(min, max);

        Qwen25VLImageOptions applied = limits.Apply(Qwen25VLImageOptions.Default, _where);

        Assert.False(limits.AreOwn);
        Assert.Equal(Qwen25VLImageOptions.Default with { MinPixels = expectedMin, MaxPixels = expectedMax }, applied);
    }

    [Fact]
    public void Apply_BelowOneToken_NamesEach()
    {
        InputException exception = Assert.Throws<InputException>(() => new PixelLimits(783, -5).Apply(Qwen25VLImageOptions.Default, _where));

        Assert.Equal(["--min-pixels", "--max-pixels"], exception.Problems.Select(problem => problem.Where));
        Assert.Contains("is 783; at least 784 pixels, the area of one token, are expected", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2000L, 1000L, "--min-pixels")]
    [InlineData(20_000_000L, null, "--min-pixels")]
    [InlineData(null, 3000L, "--max-pixels")]
    public void Apply_SmallerOneIsLarger_NamesWhatWasGiven(long? min, long? max, string where)
    {
        InputException exception = Assert.Throws<InputException>(() => new PixelLimits(min, max).Apply(Qwen25VLImageOptions.Default, _where));

        Assert.Equal(where, Assert.Single(exception.Problems).Where);
    }
}
