using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Tests.Support;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class MapDistanceTests
{
    [Fact]
    public void Of_RandomMaps_AreTheFormulas()
    {
        Random random = new(10);
        (double[][] a, double[][] b) = (Arrays.Gaussian(random, 4, 6), Arrays.Gaussian(random, 4, 6));
        double[] flatA = [.. a.SelectMany(row => row)];
        double[] flatB = [.. b.SelectMany(row => row)];
        using Tensor a_RV = Arrays.Matrix(a);
        using Tensor b_RV = Arrays.Matrix(b);
        (double cosine, double squared) = MapDistance.Of(a_RV, b_RV);

        Assert.Equal(1 - Arrays.Cosine(flatA, flatB), cosine, 1e-6);
        Assert.Equal(flatA.Zip(flatB).Average(pair => (pair.First - pair.Second) * (pair.First - pair.Second)), squared, 1e-6);
        Assert.Equal((0, 0), MapDistance.Of(a_RV, a_RV), new Near());
    }

    [Theory]
    [InlineData(0, 24, 28, 0)]
    [InlineData(22, 24, 28, 26)]
    [InlineData(23, 24, 28, 27)]
    [InlineData(1, 3, 4, 2)]
    [InlineData(1, 3, 3, 1)]
    [InlineData(27, 28, 24, 23)]
    [InlineData(0, 1, 5, 4)]
    public void LayerAtSameDepth_FirstToFirstLastToLast(int layer, int layers, int otherLayers, int expected) =>
        Assert.Equal(expected, MapDistance.LayerAtSameDepth(layer, layers, otherLayers));

    private sealed class Near : IEqualityComparer<(double A, double B)>
    {
        public bool Equals((double A, double B) x, (double A, double B) y) => Math.Abs(x.A - y.A) < 1e-6 && Math.Abs(x.B - y.B) < 1e-6;

        public int GetHashCode((double A, double B) obj) => 0;
    }
}
