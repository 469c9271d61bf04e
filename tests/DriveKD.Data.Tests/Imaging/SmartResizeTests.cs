using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class SmartResizeTests
{
    [Theory]
    [InlineData(1600, 900, 1596, 896)]
    [InlineData(1280, 720, 1288, 728)]
    [InlineData(448, 448, 448, 448)]
    [InlineData(42, 70, 56, 56)]
    public void Choose_KnownSizes_RoundsHalfToEven(int width, int height, int newWidth, int newHeight) =>
        Assert.Equal((newWidth, newHeight), SmartResize.Choose(width, height, 28, 3136, 12_845_056));

    [Fact]
    public void Choose_TooLong_NamesThePicture()
    {
        InputException exception = Assert.Throws<InputException>(() => SmartResize.Choose(2010, 10, 28, 3136, 12_845_056, "sliver.png"));
        Assert.Equal("sliver.png", exception.Problems[0].Where);
        Assert.Contains("201", exception.Message, StringComparison.Ordinal);
        Assert.Equal(28, SmartResize.Choose(2000, 10, 28, 3136, 12_845_056).Height);
    }

    [Fact]
    public void Choose_AnySize_IsAMultipleWithinTheArea()
    {
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 5000]).Where((width, height) => Math.Max(width, height) <= 200L * Math.Min(width, height)).Sample(
            (width, height) =>
            {
                (int newWidth, int newHeight) = SmartResize.Choose(width, height, 28, 3136, 1_003_520);
                Assert.Equal((0, 0), (newWidth % 28, newHeight % 28));
                Assert.InRange(newWidth * newHeight, 28 * 28 * 4, 1_003_520);
            },
            iter: 2000);
    }
}
