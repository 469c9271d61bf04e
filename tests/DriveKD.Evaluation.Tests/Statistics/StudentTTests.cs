using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class StudentTTests
{
    [Fact]
    public void Quantile_OneDegree_IsCauchys() => Gen.Double[0.0001, 0.9999].Sample(probability =>
    {
        double expected = Math.Tan(Math.PI * (probability - 0.5));
        Assert.Equal(0, (StudentT.Quantile(probability, 1) - expected) / (1 + Math.Abs(expected)), 1e-11);
    });

    [Fact]
    public void Quantile_OfTwoSidedP_IsItself() => Gen.Select(Gen.Double[0.01, 30], Gen.Double[0.5, 500]).Sample((t, degrees) =>
    {
        double p = StudentT.TwoSidedP(t, degrees);
        Assert.Equal(p, StudentT.TwoSidedP(-t, degrees));
        Assert.InRange(p, 0, 1);

        // From below: 1 - p/2 would round away a small tail.
        Assert.Equal(1, -StudentT.Quantile(p / 2, degrees) / t, 1e-9);
    });

    [Fact]
    public void Quantile_ManyDegrees_IsTheNormalOne() => Assert.Equal(1.959964, StudentT.Quantile(0.975, 1e9), 1e-6);

    [Fact]
    public void Quantile_Middle_IsZero() => Assert.Equal(0, StudentT.Quantile(0.5, 3));

    [Fact]
    public void TwoSidedP_AtZero_IsOne() => Assert.Equal(1, StudentT.TwoSidedP(0, 5));

    [Fact]
    public void Arguments_Impossible_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(0.5, 0));
    }
}
