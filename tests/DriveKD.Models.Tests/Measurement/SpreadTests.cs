using CsCheck;
using DriveKD.Models.Measurement;

namespace DriveKD.Models.Tests.Measurement;

public sealed class SpreadTests
{
    private static readonly Gen<double[]> _values = Gen.Double[0.001, 1000].Array[1, 30];

    [Fact]
    public void Of_KnownValues_InterpolatesAsNumpyDoes()
    {
        // numpy.percentile([7, 1, 3, 10], [25, 50, 75]) = [2.5, 5, 7.75]
        Spread spread = Spread.Of([7, 1, 3, 10])!;

        Assert.Equal(new Spread(4, 1, 2.5, 5, 7.75, 10), spread);
        Assert.Equal(5.25, spread.InterquartileRange);
    }

    [Fact]
    public void Of_OneValue_IsThatEverywhere() => Assert.Equal(new Spread(1, 4, 4, 4, 4, 4), Spread.Of([4]));

    [Fact]
    public void Of_MissingValues_AreLeftOut() => Assert.Equal(Spread.Of([1, 2]), Spread.Of([null, 2, null, 1]));

    [Fact]
    public void Of_Nothing_IsNull()
    {
        Assert.Null(Spread.Of([]));
        Assert.Null(Spread.Of([null]));
    }

    [Fact]
    public void Of_AnyValues_IsOrderedAndKnowsNoOrder() => _values.Sample(values =>
    {
        Spread spread = Spread.Of(values.Cast<double?>())!;

        double[] marks = [spread.Minimum, spread.LowerQuartile, spread.Median, spread.UpperQuartile, spread.Maximum];
        Assert.Equal(marks.Order(), marks);
        Assert.Equal((values.Length, values.Min(), values.Max()), (spread.Count, spread.Minimum, spread.Maximum));
        Assert.Equal(spread, Spread.Of(values.Reverse().Cast<double?>()));
        // At least half of all values lie on either side of the median.
        Assert.True(2 * values.Count(value => value <= spread.Median) >= values.Length);
        Assert.True(2 * values.Count(value => value >= spread.Median) >= values.Length);
    });

    [Fact]
    public void OfRatios_DividesPairByPair()
    {
        // The machine was twice as slow for the second pair: the ratio does not see it, the ratio of medians would.
        Spread ratios = Spread.OfRatios([1, 2, 1.1], [10, 20, 10])!;

        Assert.Equal((3, 0.1, 0.1), (ratios.Count, ratios.Minimum, ratios.Median));
        Assert.Equal(0.11, ratios.Maximum, 12);
    }

    [Fact]
    public void OfRatios_PairsThatAreNone_AreLeftOut()
    {
        Assert.Equal(Spread.Of([2]), Spread.OfRatios([1, null, 4, 5], [0, 3, 2, null]));
        Assert.Equal(Spread.Of([3]), Spread.OfRatios([3, 100], [1]));
        Assert.Null(Spread.OfRatios([1], [null]));
    }

    [Fact]
    public void OfRatios_TheSameValues_AreOne() => _values.Sample(values =>
        Assert.Equal(new Spread(values.Length, 1, 1, 1, 1, 1), Spread.OfRatios(values.Cast<double?>(), values.Cast<double?>())));
}
