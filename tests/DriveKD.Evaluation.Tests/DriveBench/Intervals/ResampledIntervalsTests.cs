using DriveKD.Evaluation.DriveBench.Intervals;

namespace DriveKD.Evaluation.Tests.DriveBench.Intervals;

public sealed class ResampledIntervalsTests
{
    [Theory]
    [InlineData(0, 10, 0, 0.2775327998628892)]
    [InlineData(5, 10, 0.2365930905125640, 0.7634069094874360)]
    [InlineData(10, 10, 0.7224672001371107, 1)]
    public void Proportion_Counts_WilsonsEnds(long successes, long count, double low, double high)
    {
        FigureInterval interval = new ResampledIntervals().Proportion(successes, count);

        Assert.Equal(low, interval.Low, 1e-12);
        Assert.Equal(high, interval.High, 1e-12);
    }

    [Fact]
    public void Resampled_OneCluster_SaysNothing() =>
        Assert.Null(new ResampledIntervals().Resampled(1, 1, (_, figures) => figures[0] = 1)[0]);

    [Fact]
    public void Resampled_MeanOfManyClusters_IsTheNormalInterval()
    {
        const int Clusters = 400;
        FigureInterval interval = new ResampledIntervals(seed: 7).Resampled(Clusters, 1, (drawn, figures) => figures[0] = drawn.Average(cluster => cluster % 2))[0]!.Value;

        // The mean of 400 zeros and ones in equal parts has the standard deviation 0.025.
        Assert.Equal(0.5 - (1.96 * 0.025), interval.Low, 0.006);
        Assert.Equal(0.5 + (1.96 * 0.025), interval.High, 0.006);
    }

    [Fact]
    public void Resampled_UndefinedResamples_AreLeftOut()
    {
        FigureInterval? interval = new ResampledIntervals().Resampled(2, 1, (drawn, figures) => figures[0] = drawn.Contains(0) ? 3 : double.NaN)[0];

        Assert.Equal(new FigureInterval(3, 3), interval);
    }
}
