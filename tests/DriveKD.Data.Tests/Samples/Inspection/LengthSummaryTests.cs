using DriveKD.Data.Samples.Inspection;

namespace DriveKD.Data.Tests.Samples.Inspection;

public sealed class LengthSummaryTests
{
    [Fact]
    public void Of_Nothing_Null() => Assert.Null(LengthSummary.Of([]));

    [Fact]
    public void Of_One_Itself() => Assert.Equal(new LengthSummary(7, 7, 7, 7), LengthSummary.Of([7]));

    [Fact]
    public void Of_OneToHundred_NearestRanks() =>
        Assert.Equal(new LengthSummary(1, 50, 95, 100), LengthSummary.Of([.. Enumerable.Range(1, 100).Reverse()]));

    [Fact]
    public void Of_Four_NearestRanks() => Assert.Equal(new LengthSummary(1, 2, 9, 9), LengthSummary.Of([9, 2, 1, 4]));
}
