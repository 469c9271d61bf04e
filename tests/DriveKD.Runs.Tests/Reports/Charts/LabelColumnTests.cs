using CsCheck;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Tests.Reports.Charts;

public sealed class LabelColumnTests
{
    [Fact]
    public void Place_AnyHeights_NeverOverlapAndKeepTheirOrder() =>
        Gen.Double[20, 200].Array[1, 9].Sample(wanted =>
        {
            double[] placed = LabelColumn.Place(wanted, 14, 20, 200);

            double[] sorted = [.. placed.Order()];
            Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.Second - pair.First > 14 - 1e-9));
            Assert.All(placed, height => Assert.InRange(height, 20 - 1e-9, 200 + 1e-9));
            Assert.Equal(Enumerable.Range(0, wanted.Length).OrderBy(i => wanted[i]), Enumerable.Range(0, wanted.Length).OrderBy(i => placed[i]));
        });

    [Fact]
    public void Place_RoomForAll_LeavesThemWhereTheyAre() => Assert.Equal([100, 50, 20], LabelColumn.Place([100, 50, 20], 14, 20, 200));

    [Fact]
    public void Place_MoreThanFit_BeginsAtTheTop() => Assert.Equal([0, 10, 20], LabelColumn.Place([5, 5, 5], 10, 0, 10));
}
