using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class PairedTTestTests
{
    [Fact]
    public void Of_NoPair_HasNothing()
    {
        PairedTTest test = PairedTTest.Of([], []);
        Assert.Equal(new PairedTTest { N = 0 }, test);
    }

    [Fact]
    public void Of_OnePair_HasADifferenceOnly() => Assert.Equal(new PairedTTest { N = 1, MeanDifference = 2 }, PairedTTest.Of([1], [3]));

    [Fact]
    public void Of_EqualDifferences_HasNoStatistic()
    {
        Assert.Equal(new PairedTTest { N = 3, MeanDifference = 0, P = 1, Interval = new Interval(0, 0) }, PairedTTest.Of([1, 2, 3], [1, 2, 3]));
        Assert.Equal(new PairedTTest { N = 2, MeanDifference = 0.5, P = 0, Interval = new Interval(0.5, 0.5) }, PairedTTest.Of([1, 2], [1.5, 2.5]));
    }

    [Fact]
    public void Of_ListsOfDifferentLength_Throws() => Assert.Throws<ArgumentException>(() => PairedTTest.Of([1], [1, 2]));

    [Fact]
    public void Of_ModelsExchanged_IsMirroredAndAgreesWithItsInterval() => Gen.Select(Gen.Double[-1, 1], Gen.Double[-1, 1]).Array[3, 20].Sample(pairs =>
    {
        double[] first = [.. pairs.Select(pair => pair.Item1)];
        double[] second = [.. pairs.Select(pair => pair.Item2)];
        PairedTTest one = PairedTTest.Of(first, second);
        PairedTTest other = PairedTTest.Of(second, first);
        Assert.Equal(one.MeanDifference!.Value, -other.MeanDifference!.Value, 1e-12);
        Assert.Equal(one.P!.Value, other.P!.Value, 1e-9);
        if (Math.Abs(one.P.Value - 0.05) > 1e-9)
        {
            Assert.Equal(one.P < 0.05, !one.Interval!.Value.Contains(0));
        }
    });
}
