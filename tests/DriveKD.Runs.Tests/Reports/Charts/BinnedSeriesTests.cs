using CsCheck;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Tests.Reports.Charts;

public sealed class BinnedSeriesTests
{
    [Fact]
    public void Of_ShortSeries_KeepsEveryValue()
    {
        BinnedSeries binned = BinnedSeries.Of([(1, 5), (4, double.NaN), (9, -2)], most: 3);

        Assert.False(binned.IsBinned);
        Assert.Equal([(1, 5, 1, 0), (4, double.NaN, 0, 1), (9, -2, 1, 0)], binned.Bins.Select(bin => (bin.Step, bin.Mean, bin.Count, bin.NotFinite)));
        Assert.Null(binned.Smooth());
    }

    [Fact]
    public void Of_LongSeries_KeepsExtremesCountsAndTotals() =>
        Gen.Double[-1e6, 1e6].Array[50, 400].Sample(values =>
        {
            (long Step, double Value)[] points = [.. values.Select((value, i) => ((long)(3 * i) + 1, i % 17 == 0 ? double.NaN : value))];
            double[] finite = [.. points.Select(point => point.Value).Where(double.IsFinite)];

            BinnedSeries binned = BinnedSeries.Of(points, most: 20);

            Assert.True(binned.IsBinned);
            Assert.InRange(binned.Bins.Count, 1, 20);
            Assert.Equal(finite.Length, binned.Bins.Sum(bin => bin.Count));
            Assert.Equal(points.Length - finite.Length, binned.Bins.Sum(bin => bin.NotFinite));
            Assert.Equal(finite.Min(), binned.Bins.Where(bin => bin.Count > 0).Min(bin => bin.Lowest));
            Assert.Equal(finite.Max(), binned.Bins.Where(bin => bin.Count > 0).Max(bin => bin.Highest));
            Assert.Equal(finite.Sum(), binned.Bins.Where(bin => bin.Count > 0).Sum(bin => bin.Mean * bin.Count), 1e-3);
            Assert.Equal(binned.Bins.OrderBy(bin => bin.Step), binned.Bins);
        });

    [Fact]
    public void Smooth_LevelSeries_StaysLevel()
    {
        BinnedSeries binned = BinnedSeries.Of([.. Enumerable.Range(1, 100).Select(step => ((long)step, step % 2 == 0 ? 1.0 : 3.0))], most: 100);

        IReadOnlyList<(double Step, double Value)> smooth = binned.Smooth()!;

        Assert.Equal(100, smooth.Count);
        Assert.All(smooth, point => Assert.InRange(point.Value, 1.5, 2.5));
    }
}
