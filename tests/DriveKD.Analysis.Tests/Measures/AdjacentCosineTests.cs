using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Tests.Support;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class AdjacentCosineTests
{
    [Fact]
    public void Of_RandomStates_IsTheMeanOfTheTokensCosines()
    {
        Random random = new(1);
        (double[][] before, double[][] after) = (Arrays.Gaussian(random, 5, 7), Arrays.Gaussian(random, 5, 7));
        using Tensor before_TC = Arrays.Matrix(before);
        using Tensor after_TC = Arrays.Matrix(after);

        Assert.Equal(before.Zip(after, Arrays.Cosine).Average(), AdjacentCosine.Of(before_TC, after_TC), 1e-6);
        Assert.Equal(1, AdjacentCosine.Of(before_TC, before_TC), 1e-6);
    }

    [Fact]
    public void Of_StateOfLengthZero_CountsAsUnalike()
    {
        using Tensor before_TC = Arrays.Matrix([[1, 0], [0, 0]]);

        Assert.Equal(0.5, AdjacentCosine.Of(before_TC, before_TC), 1e-6);
    }
}
