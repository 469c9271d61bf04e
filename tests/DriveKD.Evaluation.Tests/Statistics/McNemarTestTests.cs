using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class McNemarTestTests
{
    [Fact]
    public void P_NoDisagreement_IsOne() => Assert.Equal(1, McNemarTest.P(0, 0));

    [Fact]
    public void P_AsManyOnBothSides_IsOne() => Assert.Equal(1, McNemarTest.P(4321, 4321));

    [Fact]
    public void P_NegativeCount_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemarTest.P(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemarTest.P(0, -1));
    }

    [Fact]
    public void P_SmallCounts_IsTwiceTheTailCountedOut() => Gen.Select(Gen.Int[0, 25], Gen.Int[0, 25]).Sample((first, second) =>
    {
        int n = first + second;
        double tail = 0;
        double choose = 1;
        for (int k = 0; k <= Math.Min(first, second); k++)
        {
            tail += choose;
            choose = choose * (n - k) / (k + 1);
        }

        double expected = Math.Min(1, 2 * tail / Math.Pow(2, n));
        Assert.Equal(1, McNemarTest.P(first, second) / expected, 1e-10);
    });

    [Fact]
    public void P_SidesExchangedOrFurtherApart_IsTheSameOrSmaller() => Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 3000]).Sample((first, second) =>
    {
        double p = McNemarTest.P(first, second);
        Assert.Equal(p, McNemarTest.P(second, first));
        Assert.InRange(p, 0, 1);
        Assert.True(McNemarTest.P(Math.Max(first, second) + 1, Math.Min(first, second)) <= p);
    });

    [Fact]
    public void P_VeryManyQuestions_IsTheNormalLimit()
    {
        // 1,000,000 disagreements, 1,960 from the middle over a deviation of 1,000: 5 % within the continuity correction.
        Assert.Equal(0.05, McNemarTest.P(500_980, 499_020), 1e-3);
    }
}
