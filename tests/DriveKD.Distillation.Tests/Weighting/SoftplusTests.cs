using CsCheck;
using DriveKD.Distillation.Weighting;

namespace DriveKD.Distillation.Tests.Weighting;

public class SoftplusTests
{
    [Fact]
    public void Of_InverseOfAnyWeight_GivesItBack() =>
        Gen.Double[-14, 7].Sample(exponent =>
        {
            double weight = Math.Pow(10, exponent);
            Assert.Equal(weight, Softplus.Of(Softplus.Inverse(weight)), 1e-12 * weight);
        });

    [Theory]
    [InlineData(0, 0.69314718055994531)]
    [InlineData(-40, 4.2483542552915889e-18)]
    [InlineData(1000, 1000)]
    [InlineData(-1000, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Of_Extremes_NeitherOverflowsNorCancels(double x, double expected) => Assert.Equal(expected, Softplus.Of(x), 1e-15 * Math.Min(expected, 1e9));

    [Fact]
    public void Slope_Anywhere_IsTheDifferenceQuotient() =>
        Gen.Double[-30, 30].Sample(x => Assert.Equal((Softplus.Of(x + 1e-5) - Softplus.Of(x - 1e-5)) / 2e-5, Softplus.Slope(x), 1e-8));
}
