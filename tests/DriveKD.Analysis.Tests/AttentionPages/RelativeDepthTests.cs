using DriveKD.Analysis.AttentionPages;

namespace DriveKD.Analysis.Tests.AttentionPages;

public sealed class RelativeDepthTests
{
    [Theory]
    [InlineData(1, 28, 24, 1)]
    [InlineData(28, 28, 24, 24)]
    [InlineData(2, 6, 4, 2)]
    [InlineData(3, 6, 4, 2)]
    [InlineData(4, 6, 4, 3)]
    [InlineData(2, 3, 4, 3)]
    [InlineData(3, 4, 1, 1)]
    [InlineData(1, 1, 4, 1)]
    public void Match_Layer_IsTheOneAtTheSameDepth(int layer, int layers, int others, int expected) =>
        Assert.Equal(expected, RelativeDepth.Match(layer, layers, others));

    [Fact]
    public void Match_SameDepth_IsTheSameLayer() =>
        Assert.All(Enumerable.Range(1, 36), layer => Assert.Equal(layer, RelativeDepth.Match(layer, 36, 36)));

    [Theory]
    [InlineData(0, 4, 4)]
    [InlineData(5, 4, 4)]
    public void Match_LayerThatIsNotThere_IsRefused(int layer, int layers, int others) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RelativeDepth.Match(layer, layers, others));
}
