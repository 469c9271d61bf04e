using CsCheck;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Tests.Reports.Charts;

public sealed class ChartAxisTests
{
    [Fact]
    public void Linear_AnyRange_HoldsItsValuesAndHasRoundTicks() =>
        Gen.Select(Gen.Double[-1e9, 1e9], Gen.Double[-1e9, 1e9]).Sample((a, b) =>
        {
            ChartAxis axis = ChartAxis.Linear(Math.Min(a, b), Math.Max(a, b), 0, 100);

            Assert.InRange(axis.Ticks.Count, 2, 12);
            Assert.All(axis.Ticks, tick => Assert.InRange(tick, axis.Low, axis.High));
            Assert.InRange(axis.Position(a), 0, 100);
            Assert.Equal(Math.Sign(b - a), Math.Sign(axis.Position(b) - axis.Position(a)));
        });

    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(400, 600, "400 450 500 550 600")]
    [InlineData(0, 3e-3, "0 5e-4 1e-3 1.5e-3 2e-3 2.5e-3 3e-3")]
    [InlineData(0, 100_000, "0 20,000 40,000 60,000 80,000 100,000")]
    [InlineData(5, 5, "4.6 4.8 5 5.2 5.4")]
    public void Describe_Ticks_AreSpelledAlike(double low, double high, string expected)
    {
        ChartAxis axis = ChartAxis.Linear(low, high, 0, 100);

        Assert.Equal(expected, string.Join(' ', axis.Ticks.Select(axis.Describe)));
    }

    [Fact]
    public void Logarithmic_Decades_AreEquallyFar()
    {
        ChartAxis axis = ChartAxis.Logarithmic(1e-4, 10, 0, 100);

        Assert.Equal(["1e-4", "0.001", "0.01", "0.1", "1", "10"], axis.Ticks.Select(axis.Describe));
        Assert.Equal(axis.Position(1e-3) - axis.Position(1e-4), axis.Position(10) - axis.Position(1), 9);
    }

    [Fact]
    public void Describe_Percent_IsOfShares()
    {
        ChartAxis axis = ChartAxis.Linear(0, 1, 0, 100, ValueForm.Percent);

        Assert.Equal("25 %", axis.Describe(0.25));
    }
}
