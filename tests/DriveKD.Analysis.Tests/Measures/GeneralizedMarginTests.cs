using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Tests.Support;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class GeneralizedMarginTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(3)]
    public void Of_RandomLogits_IsTheFormula(double temperature)
    {
        double[][] logits = Arrays.Gaussian(new Random(9), 6, 5);
        int[] right = [0, 1, 2, 3, 4, 0];
        using Tensor logits_SV = Arrays.Matrix(logits);
        double[][] shares = [.. logits.Select(row => row.Select(z => Math.Exp(z / temperature) / row.Sum(other => Math.Exp(other / temperature))).ToArray())];

        Arrays.AssertClose(
            [.. shares.Select((p, i) => p[right[i]] - p.Where((_, token) => token != right[i]).Max())], GeneralizedMargin.Of(logits_SV, right, temperature), 1e-6);
        Arrays.AssertClose(
            [.. shares.Select(p => p.OrderDescending().Take(2).Aggregate((best, second) => best - second))],
            GeneralizedMargin.Of(logits_SV, right, temperature, MarginReading.Top),
            1e-6);
    }

    [Fact]
    public void Of_TwoEqualBest_IsZero()
    {
        using Tensor logits_SV = Arrays.Matrix([[2, 2, 0], [2, 2, 0]]);

        Arrays.AssertClose([0, 0], GeneralizedMargin.Of(logits_SV, [0, 1]), 1e-6);
    }

    [Fact]
    public void Bins_LengthThatDoesNotDivide_EveryPositionOnce()
    {
        double[] binned = GeneralizedMargin.Bins([1, 2, 3, 4, 5], bins: 3, "s");

        Assert.Equal([1.5, 3.5, 5], binned);
    }

    [Fact]
    public void Bins_ShortAnswer_IsRefusedByName()
    {
        InputException refused = Assert.Throws<InputException>(() => GeneralizedMargin.Bins(new double[9], 10, "records.json#3"));

        Assert.Contains("records.json#3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("9 tokens", refused.Message, StringComparison.Ordinal);
    }
}
