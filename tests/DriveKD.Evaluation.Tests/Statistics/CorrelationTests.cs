using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class CorrelationTests
{
    private static readonly Func<IReadOnlyList<double>, IReadOnlyList<double>, double?>[] _all = [Correlation.Pearson, Correlation.Spearman, Correlation.Kendall];

    [Fact]
    public void All_NothingThatVaries_IsNull() => Assert.All(_all, correlate =>
    {
        Assert.Null(correlate([], []));
        Assert.Null(correlate([1], [2]));
        Assert.Null(correlate([1, 1, 1], [1, 2, 3]));
        Assert.Null(correlate([1, 2, 3], [0.1, 0.1, 0.1]));
    });

    [Fact]
    public void All_ListsThatDoNotFit_Throw() => Assert.All(_all, correlate =>
    {
        Assert.Throws<ArgumentException>(() => correlate([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => correlate([1, double.NaN], [1, 2]));
    });

    [Fact]
    public void All_SameOrOppositeOrder_IsOneOrMinusOne() => Assert.All(_all, correlate =>
    {
        Assert.Equal(1, correlate([1, 2, 4], [2, 4, 8])!.Value, 1e-15);
        Assert.Equal(-1, correlate([1, 2, 4], [-2, -4, -8])!.Value, 1e-15);
    });

    [Fact]
    public void All_ExtremeScales_StayFinite() => Assert.All(_all, correlate =>
    {
        Assert.Equal(1, correlate([1e300, 2e300, 3e300], [1e-300, 2e-300, 3e-300])!.Value, 1e-12);
        Assert.Equal(1, correlate([-1.7e308, 0, 1.7e308], [1, 2, 3])!.Value, 1e-12);
    });

    [Fact]
    public void Kendall_Ties_AreCorrectedFor()
    {
        // Of six pairs one is tied in x and one in y; the other four agree: 4 / sqrt(5 x 5).
        Assert.Equal(0.8, Correlation.Kendall([1, 1, 2, 3], [1, 2, 2, 3])!.Value, 1e-12);
    }

    [Fact]
    public void Spearman_Ties_ShareTheirMeanRank() => Assert.Equal(
        Correlation.Pearson([1.5, 1.5, 3, 4], [1, 2, 3, 4])!.Value, Correlation.Spearman([7, 7, 8, 9], [0, 1, 5, 6])!.Value, 1e-15);

    [Fact]
    public void All_ListsExchangedOrReordered_IsTheSameWithinOne() => Gen.Select(Gen.Int[0, 6], Gen.Double[-1, 1]).Array[2, 25].Sample(pairs =>
    {
        double[] x = [.. pairs.Select(pair => (double)pair.Item1)];
        double[] y = [.. pairs.Select(pair => pair.Item2)];
        foreach (Func<IReadOnlyList<double>, IReadOnlyList<double>, double?> correlate in _all)
        {
            double? value = correlate(x, y);
            Assert.Equal(value is null, x.Distinct().Count() == 1 || y.Distinct().Count() == 1);
            if (value is double number)
            {
                Assert.InRange(number, -1, 1);
                Assert.Equal(number, correlate(y, x)!.Value, 1e-12);
                Assert.Equal(number, correlate([.. x.Reverse()], [.. y.Reverse()])!.Value, 1e-12);
                Assert.Equal(-number, correlate(x, [.. y.Select(item => -item)])!.Value, 1e-12);
            }
        }
    });
}
