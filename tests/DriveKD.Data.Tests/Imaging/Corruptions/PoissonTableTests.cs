using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class PoissonTableTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-6)]
    [InlineData(0.3)]
    [InlineData(4.7)]
    [InlineData(30.0)]
    [InlineData(360.0)]
    public void CountAt_EvenNumbers_HasTheMeanAndVarianceOfItsRate(double rate)
    {
        PoissonTable table = new(rate);
        const int Steps = 200_000;
        double[] counts = [.. Enumerable.Range(0, Steps).Select(i => (double)table.CountAt((i + 0.5) / Steps))];

        double mean = counts.Average();
        Assert.Equal(rate, mean, 1e-3 * Math.Max(rate, 1));
        Assert.Equal(rate, counts.Average(count => (count - mean) * (count - mean)), 5e-3 * Math.Max(rate, 1));
    }

    [Fact]
    public void CountAt_Probabilities_AreThoseOfTheFormula()
    {
        PoissonTable table = new(2.5);
        double below = 0;
        double probability = Math.Exp(-2.5);
        for (int count = 0; count < 10; count++)
        {
            Assert.Equal(count, table.CountAt(below + 1e-12));
            below += probability;
            Assert.Equal(count, table.CountAt(below - 1e-12));
            probability *= 2.5 / (count + 1);
        }
    }

    [Fact]
    public void CountAt_ExtremeNumbers_StayInTheTable()
    {
        PoissonTable table = new(100);

        Assert.InRange(table.CountAt(0), 0, 60);
        Assert.InRange(table.CountAt(Math.BitDecrement(1.0)), 150, 300);
    }
}
