using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class SignFlipTestTests
{
    [Fact]
    public void Of_NoDifference_IsOne()
    {
        Assert.Equal(new PermutationTest(1, 0, null), SignFlipTest.Of([], 1));
        Assert.Equal(new PermutationTest(1, 0, null), SignFlipTest.Of([0, 0], 1));
    }

    [Fact]
    public void Of_OneDifference_IsOne() => Assert.Equal(new PermutationTest(1, 1, null), SignFlipTest.Of([0.25], 1));

    [Fact]
    public void Of_EqualDifferences_IsTheExtremePair() => Assert.Equal(new PermutationTest(2 / 1024.0, 10, null), SignFlipTest.Of([.. Enumerable.Repeat(0.1, 10)], 1));

    [Fact]
    public void Of_HugeAndTinyDifferences_StaysFinite()
    {
        Assert.Equal(0.25, SignFlipTest.Of([1e308, 1e308, 1e308], 1).P);
        Assert.Equal(0.25, SignFlipTest.Of([5e-324, 5e-324, 5e-324], 1).P);
    }

    /// <summary>Scores are often tenths: sums that are equal but for rounding must count as equal.</summary>
    [Fact]
    public void Of_SmallCounts_IsTheShareCountedOut() => Gen.Int[-5, 5].Array[1, 12].Sample(tenths =>
    {
        int observed = Math.Abs(tenths.Sum());
        int far = Enumerable.Range(0, 1 << tenths.Length).Count(signs =>
            Math.Abs(tenths.Select((value, index) => (signs >> index & 1) == 0 ? value : -value).Sum()) >= observed);
        double p = SignFlipTest.Of([.. tenths.Select(value => value * 0.1)], 1).P;
        Assert.Equal((double)far / (1 << tenths.Length), p, 1e-12);
    });

    [Fact]
    public void Of_OrderOrSignsChanged_IsTheSame() => Gen.Double[-1, 1].Array[2, 60].Sample(
        values =>
        {
            PermutationTest test = SignFlipTest.Of(values, 7, 2000);
            Assert.Equal(test, SignFlipTest.Of([.. values.Reverse()], 7, 2000));
            if (test.IsExact)
            {
                Assert.Equal(test.P, SignFlipTest.Of([.. values.Select(value => -value)], 7).P, 1e-12);
            }
        },
        iter: 200);

    [Fact]
    public void Of_MostExact_CountsEveryChoice()
    {
        // 36 equal differences, of which k are against the others: the binomial tail, as McNemar's test has it.
        double[] values = [.. Enumerable.Range(0, SignFlipTest.MostExact).Select(index => index < 10 ? -1.0 : 1.0)];
        PermutationTest test = SignFlipTest.Of(values, 1);
        Assert.True(test.IsExact);
        Assert.Equal(McNemarTest.P(10, 26), test.P, 1e-12);
    }

    [Fact]
    public void Of_MoreThanCanBeCounted_StatesItsResamplesAndComesNear()
    {
        double[] values = [.. Enumerable.Range(0, 101).Select(index => index < 42 ? -1.0 : 1.0)];
        PermutationTest test = SignFlipTest.Of(values, 3);
        Assert.Equal((101, SignFlipTest.DefaultResamples), (test.N, test.Resamples!.Value));
        Assert.Equal(McNemarTest.P(42, 59), test.P, 0.005);
        Assert.Equal(test, SignFlipTest.Of(values, 3));
        Assert.NotEqual(test.P, SignFlipTest.Of(values, 4).P);
    }

    [Fact]
    public void Of_DifferencesThatNoDrawReaches_IsNotZero() =>
        Assert.Equal(1.0 / 1001, SignFlipTest.Of([.. Enumerable.Repeat(1.0, 100)], 1, 1000).P);

    [Fact]
    public void Of_NoNumber_Throws() => Assert.Throws<ArgumentException>(() => SignFlipTest.Of([double.PositiveInfinity], 1));
}
