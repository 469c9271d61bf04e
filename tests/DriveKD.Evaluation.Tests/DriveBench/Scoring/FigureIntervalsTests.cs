using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.DriveBench.Scoring;

public sealed class FigureIntervalsTests
{
    private static readonly FigureIntervals _intervals = new(new BootstrapOptions { Resamples = 1000, Seed = 7, Confidence = 0.9 });

    [Fact]
    public void Proportion_Counts_AreWilsonsAtTheConfidenceAskedFor()
    {
        Assert.Equal(WilsonInterval.Of(5, 10, 0.9), _intervals.Proportion(5, 10));
        Assert.Equal(WilsonInterval.Of(5, 10), new FigureIntervals(null).Proportion(5, 10));
    }

    [Fact]
    public void Resampled_SeveralFigures_AreThoseOfTheSameDraws()
    {
        // The mean of 400 zeros and ones in equal parts has the standard deviation 0.025.
        IReadOnlyList<Interval?> intervals = _intervals.Resampled(400, 2, (counts, figures) =>
        {
            (int odd, int even) = (0, 0);
            for (int scene = 0; scene < counts.Length; scene++)
            {
                (odd, even) = scene % 2 == 0 ? (odd, even + counts[scene]) : (odd + counts[scene], even);
            }

            (figures[0], figures[1]) = (odd / 400.0, even / 400.0);
        });

        Assert.Equal(0.5 - (1.645 * 0.025), intervals[0]!.Value.Low, 0.006);
        Assert.Equal(0.5 + (1.645 * 0.025), intervals[0]!.Value.High, 0.006);
        Assert.Equal(1 - intervals[0]!.Value.High, intervals[1]!.Value.Low, 1e-12);
    }

    [Fact]
    public void Resampled_OneScene_SaysNothing() => Assert.Null(_intervals.Resampled(1, 1, (_, figures) => figures[0] = 1)[0]);

    [Fact]
    public void Resampled_NoBootstrap_ComputesNothing() =>
        Assert.Equal([null, null], new FigureIntervals(null).Resampled(9, 2, (_, _) => throw new InvalidOperationException()));

    [Fact]
    public void Resampled_UndefinedDraws_AreLeftOut() =>
        Assert.Equal(new Interval(3, 3), _intervals.Resampled(2, 1, (counts, figures) => figures[0] = counts[0] > 0 ? 3 : double.NaN)[0]);
}
