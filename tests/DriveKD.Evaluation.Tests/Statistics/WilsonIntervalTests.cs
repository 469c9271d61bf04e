using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class WilsonIntervalTests
{
    [Fact]
    public void Of_NoTrials_IsEverything() => Assert.Equal(new Interval(0, 1), WilsonInterval.Of(0, 0));

    [Theory]
    [InlineData(0, 7)]
    [InlineData(7, 7)]
    [InlineData(3, 7)]
    [InlineData(2_000_000_000_000, 4_000_000_000_000)]
    public void Of_AnyShare_HoldsItWithinZeroAndOne(long successes, long n)
    {
        Interval interval = WilsonInterval.Of(successes, n);
        Assert.True(interval.Contains((double)successes / n));
        Assert.True(new Interval(0, 1).Contains(interval.Low) && new Interval(0, 1).Contains(interval.High));
        Assert.True(interval.Width > 0);
    }

    [Fact]
    public void Of_ImpossibleCounts_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(0, 1, double.NaN));
    }

    [Fact]
    public void Of_SuccessesAndFailuresExchanged_IsMirrored() => Gen.Select(Gen.Int[1, 5000], Gen.Double[0, 1], Gen.Double[0.5, 0.999]).Sample((n, share, confidence) =>
    {
        long successes = (long)(share * n);
        Interval one = WilsonInterval.Of(successes, n, confidence);
        Interval other = WilsonInterval.Of(n - successes, n, confidence);
        Assert.Equal(one.Low, 1 - other.High, 1e-12);
        Assert.Equal(one.High, 1 - other.Low, 1e-12);
    });

    [Fact]
    public void Of_MoreSuccessesOrLessConfidence_MovesAsItMust() => Gen.Select(Gen.Int[2, 2000], Gen.Double[0, 1]).Sample((n, share) =>
    {
        long successes = (long)(share * (n - 1));
        Interval interval = WilsonInterval.Of(successes, n);
        Interval more = WilsonInterval.Of(successes + 1, n);
        Interval surer = WilsonInterval.Of(successes, n, 0.99);
        Assert.True(more.Low > interval.Low && more.High > interval.High);
        Assert.True(surer.Low <= interval.Low && surer.High >= interval.High && surer.Width > interval.Width);
    });

    /// <summary>The exact chance that the interval holds the true share, from the binomial distribution, on average over shares.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(37)]
    [InlineData(200)]
    public void Of_EveryShare_CoversAsPromised(int n)
    {
        double[] coverages = [.. Enumerable.Range(1, 199).Select(step =>
        {
            double share = step / 200.0;
            return Enumerable.Range(0, n + 1)
                .Where(successes => WilsonInterval.Of(successes, n).Contains(share))
                .Sum(successes => MathNet.Numerics.Distributions.Binomial.PMF(share, n, successes));
        })];
        Assert.Equal(0.95, coverages.Average(), 0.01);
        Assert.InRange(coverages.Min(), 0.8, 1);
    }
}
