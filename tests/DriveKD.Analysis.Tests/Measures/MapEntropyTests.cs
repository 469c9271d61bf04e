using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Tests.Support;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class MapEntropyTests
{
    [Fact]
    public void Of_RandomMap_IsTheMeanOfTheRowsShares()
    {
        double[][] map = Arrays.CausalSoftmax(Arrays.Gaussian(new Random(5), 8, 8));
        double expected = Enumerable.Range(1, 7).Average(i => -map[i].Where(value => value > 0).Sum(value => value * Math.Log(value)) / Math.Log(i + 1));
        using Tensor map_TT = Arrays.Matrix(map);

        Assert.Equal(expected, MapEntropy.Of(map_TT), 1e-6);
    }

    [Fact]
    public void Of_UniformRows_IsOneAndOfOneKeyPerRow_IsZero()
    {
        using Tensor uniform_TT = Arrays.Matrix(Arrays.CausalSoftmax([.. Enumerable.Range(0, 9).Select(_ => new double[9])]));
        using Tensor first_TT = Arrays.Matrix([.. Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, 9).Select(j => j == 0 ? 1.0 : 0).ToArray())]);

        Assert.Equal(1, MapEntropy.Of(uniform_TT), 1e-6);
        Assert.Equal(0, MapEntropy.Of(first_TT), 1e-6);
    }

    [Fact]
    public void Of_OneToken_IsNoNumber()
    {
        using Tensor map_TT = Arrays.Matrix([[1]]);

        Assert.True(double.IsNaN(MapEntropy.Of(map_TT)));
    }
}
