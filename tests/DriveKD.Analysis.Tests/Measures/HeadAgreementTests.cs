using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Tests.Support;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class HeadAgreementTests
{
    [Fact]
    public void Of_RandomHeads_IsTheMeanOverPairs()
    {
        Random random = new(3);
        double[][][] heads = [.. Enumerable.Range(0, 5).Select(_ => Arrays.CausalSoftmax(Arrays.Gaussian(random, 7, 7)))];
        double[][] flat = [.. heads.Select(head => head.SelectMany(row => row).ToArray())];
        List<double> pairs = [.. from a in Enumerable.Range(0, 5) from b in Enumerable.Range(0, a) select Arrays.Cosine(flat[a], flat[b])];
        using Tensor weights_HTT = Arrays.Stack(heads);

        Assert.Equal(pairs.Average(), HeadAgreement.Of(weights_HTT), 1e-5);
    }

    [Fact]
    public void Of_EqualHeads_IsOneAndOfOneHead_IsNoNumber()
    {
        double[][] head = Arrays.CausalSoftmax(Arrays.Gaussian(new Random(4), 6, 6));
        using Tensor twice_HTT = Arrays.Stack([head, head]);
        using Tensor once_HTT = Arrays.Stack([head]);

        Assert.Equal(1, HeadAgreement.Of(twice_HTT), 1e-5);
        Assert.True(double.IsNaN(HeadAgreement.Of(once_HTT)));
    }
}
