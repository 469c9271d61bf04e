using DriveKD.Data.Errors;
using DriveKD.Models.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Kernels;

public sealed class Int8RowsTests
{
    [Fact]
    public void Quantize_RandomRows_RoundsToHalfAScaleAtMost()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = randn([9, 130], ScalarType.Float32) * tensor([.. Enumerable.Range(0, 9).Select(i => (float)Math.Pow(10, i - 4))]).unsqueeze(1);
        using Int8Rows rows = Int8Rows.Quantize(weight);

        Tensor error = (Dequantized(rows) - weight.to_type(ScalarType.Float64)).abs();
        Tensor scale = weight.abs().amax([1], keepdim: true).to_type(ScalarType.Float64) / 127;
        Assert.True((error <= (scale * 0.500001)).all().item<bool>());
        double largest = ((Dequantized(rows) - weight.to_type(ScalarType.Float64)).norm(1, p: 2) / weight.to_type(ScalarType.Float64).norm(1, p: 2)).max().item<double>();
        Assert.Equal(largest, rows.LargestRelativeError, 1e-9);
        Assert.Equal((9 * 130) + (9 * 4), rows.Bytes);
    }

    [Fact]
    public void Quantize_GreatestMagnitudes_AreKeptAndZerosStayZero()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = tensor(new float[,] { { -2, 1, 0 }, { 0, 0, 0 }, { 127, -127, 3 } }).to_type(ScalarType.BFloat16);
        using Int8Rows rows = Int8Rows.Quantize(weight);

        double[] values = Dequantized(rows).data<double>().ToArray();
        Assert.Equal(-2, values[0], 1e-6);
        Assert.Equal([0.0, 0.0, 0.0], values[3..6]);
        Assert.Equal([127.0, -127.0, 3.0], values[6..]);
    }

    [Fact]
    public void Quantize_NotContiguous_RoundsTheRowsAsTheyStand()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = randn([6, 10], ScalarType.Float32).t();
        using Int8Rows expected = Int8Rows.Quantize(weight.contiguous());
        using Int8Rows rows = Int8Rows.Quantize(weight);

        Assert.Equal(Dequantized(expected).data<double>().ToArray(), Dequantized(rows).data<double>().ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Quantize_NotFinite_IsRefused(float value)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = tensor(new float[,] { { 1, 2, 3 }, { 4, value, 6 } });

        Assert.Contains("NaN or infinite", Assert.Throws<InputException>(() => Int8Rows.Quantize(weight)).Message, StringComparison.Ordinal);
    }

    /// <summary>What the rows stand for, float64 [O, I].</summary>
    internal static unsafe Tensor Dequantized(Int8Rows rows)
    {
        double[] values = new double[rows.Outputs * rows.Inputs];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (double)rows.Weights[i] * rows.Scales[i / rows.Inputs];
        }

        return tensor(values, [rows.Outputs, rows.Inputs]);
    }
}
