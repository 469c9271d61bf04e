using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class SeedSummaryTests
{
    [Fact]
    public void Of_ThreeSeeds_IsMeanSpreadAndInterval()
    {
        SeedSummary summary = SeedSummary.Of([44, 41, 43.5]);
        Assert.Equal((3, 41.0, 44.0), (summary.N, summary.Minimum!.Value, summary.Maximum!.Value));
        Assert.Equal(128.5 / 3, summary.Mean!.Value, 1e-12);
        Assert.Equal(1.6072751268321592, summary.StandardDeviation!.Value, 1e-12);

        // 4.302652729749462 times the deviation over the root of 3.
        Assert.Equal(3.992685, summary.Interval!.Value.Width / 2, 1e-5);
    }

    [Fact]
    public void Of_NoSeed_HasNothing()
    {
        SeedSummary summary = SeedSummary.Of([]);
        Assert.Equal(0, summary.N);
        Assert.Null(summary.Mean);
        Assert.Null(summary.StandardDeviation);
        Assert.Null(summary.Interval);
        Assert.Null(summary.Minimum);
        Assert.Null(summary.Maximum);
    }

    [Fact]
    public void Of_OneSeed_HasNoSpread()
    {
        SeedSummary summary = SeedSummary.Of([0.5]);
        Assert.Equal((0.5, 0.5, 0.5), (summary.Mean!.Value, summary.Minimum!.Value, summary.Maximum!.Value));
        Assert.Null(summary.StandardDeviation);
        Assert.Null(summary.Interval);
    }

    [Fact]
    public void Of_EqualSeeds_IsOnePoint()
    {
        SeedSummary summary = SeedSummary.Of([0.1, 0.1, 0.1]);
        Assert.Equal((0.1, 0.0), (summary.Mean!.Value, summary.StandardDeviation!.Value));
        Assert.Equal(new Interval(0.1, 0.1), summary.Interval);
    }

    [Fact]
    public void Of_NoNumber_Throws() => Assert.Throws<ArgumentException>(() => SeedSummary.Of([1, double.NaN]));

    [Fact]
    public void Of_AnyOrder_IsTheSame() => Gen.Double[-10, 10].Array[2, 12].Sample(values =>
        Assert.Equal(SeedSummary.Of(values), SeedSummary.Of([.. values.Reverse()])));
}
