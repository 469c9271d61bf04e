using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.Tests.Metrics;

public sealed class BleuStatisticsTests
{
    [Fact]
    public void Score_ShortPrediction_IsPunished()
    {
        BleuStatistics statistics = new(2, 4, 2, 1, 0, 0, 2, 1, 0, 0);

        Assert.Equal(Math.Exp(-1), statistics.Score(1), 1e-8);
        Assert.Equal(Math.Exp(-1), statistics.Score(2), 1e-8);
    }

    [Fact]
    public void Score_EmptyPrediction_IsZero() => Assert.Equal(0, new BleuStatistics(0, 5, 0, 0, 0, 0, 0, 0, 0, 0).Score(4));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Score_OtherOrders_AreRefused(int order) => Assert.Throws<ArgumentOutOfRangeException>(() => default(BleuStatistics).Score(order));
}
