using DriveKD.Distillation.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Gradients;

public sealed class InnerProductsTests
{
    // float32 products summed over a quarter of a million elements, relative to the product of the norms. Products of bfloat16 values have
    // few bits, so that sums of them round the same way more often.
    private const double Rounding = 5e-6;
    private const double BFloat16Rounding = 2e-5;

    [Theory]
    [InlineData(ScalarType.Float32, Rounding)]
    [InlineData(ScalarType.BFloat16, BFloat16Rounding)]
    public void Add_PiecesLongerThanAChunk_EqualsProductsInFloat64(ScalarType dtype, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        long[][] shapes = [[3], [700, 1801], [1, 1], [64, 64]];
        Tensor[][] pieces = [.. shapes.Select(shape => Enumerable.Range(0, 3).Select(_ => randn(shape).to_type(dtype)).ToArray())];
        using InnerProducts products = new(3);
        foreach (Tensor[] piece in pieces)
        {
            products.Add(piece);
        }

        double[,] actual = products.ToArray();
        double Exact(int i, int j) => pieces.Sum(piece => piece[i].to_type(ScalarType.Float64).mul(piece[j].to_type(ScalarType.Float64)).sum().item<double>());
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                Assert.Equal(Exact(i, j), actual[i, j], tolerance * Math.Sqrt(Exact(i, i) * Exact(j, j)));
            }
        }
    }

    [Fact]
    public void ToArray_NothingAdded_IsZero()
    {
        using InnerProducts products = new(2);
        Assert.All(products.ToArray().Cast<double>(), product => Assert.Equal(0, product));
    }

    [Fact]
    public void Add_ManyPieces_LeavesOneTensor()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using Tensor vector = ones(1000);
        using InnerProducts products = new(2);
        for (int i = 0; i < 5; i++)
        {
            products.Add([vector, vector]);
        }

        Assert.Equal(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        products.Dispose();
        Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
