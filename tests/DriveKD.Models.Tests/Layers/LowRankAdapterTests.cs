using DriveKD.Models.Layers;
using DriveKD.Models.Tests.Support;
using DriveKD.Runs.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Layers;

/// <remarks>Shapes: N rows, I inputs, O outputs, R rank.</remarks>
public sealed class LowRankAdapterTests
{
    private const int Inputs = 7;
    private const int Outputs = 5;
    private const int Rank = 3;
    private const double Scale = 1.75;

    // Sums of at most seven products of float32 numbers near 1.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Forward_WithAdapter_AddsTheScaledProduct(bool hasBias)
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = Create(hasBias, out LowRankAdapter adapter);
        using IDisposable noGrad = no_grad();
        Tensor input_NI = Values(11, 4, Inputs);
        Tensor plain_NO = linear.forward(input_NI);
        linear.Attach(adapter);
        Tensor expected_NO = plain_NO.add(input_NI.matmul(adapter.A_RI.t()).matmul(adapter.B_OR.t()).mul(Scale));
        Close.Assert(expected_NO, linear.forward(input_NI), Tolerance);
        Close.Assert(expected_NO.unsqueeze(0), linear.forward(input_NI.unsqueeze(0)), Tolerance);
    }

    [Fact]
    public void Backward_WithAdapter_GivesTheGradientsOfTheFormula()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = Create(hasBias: true, out LowRankAdapter adapter);
        linear.Attach(adapter);
        adapter.A_RI.requires_grad = true;
        adapter.B_OR.requires_grad = true;
        linear.Weight.requires_grad = true;
        Tensor input_NI = Values(11, 4, Inputs);
        input_NI.requires_grad = true;
        Tensor above_NO = Values(12, 4, Outputs);
        linear.forward(input_NI).mul(above_NO).sum().backward();

        using IDisposable noGrad = no_grad();
        Tensor aboveB_NR = above_NO.matmul(adapter.B_OR);
        Close.Assert(aboveB_NR.t().matmul(input_NI).mul(Scale), adapter.A_RI.grad!, Tolerance, "A");
        Close.Assert(above_NO.t().matmul(input_NI.matmul(adapter.A_RI.t())).mul(Scale), adapter.B_OR.grad!, Tolerance, "B");
        Close.Assert(above_NO.t().matmul(input_NI), linear.Weight.grad!, Tolerance, "W");
        Close.Assert(above_NO.matmul(linear.Weight).add(aboveB_NR.matmul(adapter.A_RI).mul(Scale)), input_NI.grad!, Tolerance, "x");
    }

    [Fact]
    public void MergeInto_AnyAdapter_MakesAMatrixThatDoesTheSame()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = Create(hasBias: false, out LowRankAdapter adapter);
        using IDisposable noGrad = no_grad();
        linear.Attach(adapter);
        Tensor merged_OI = linear.Weight.clone();
        LowRankAdapter.MergeInto(merged_OI, adapter.A_RI, adapter.B_OR, Scale);
        Tensor input_NI = Values(11, 4, Inputs);
        Close.Assert(linear.forward(input_NI), input_NI.matmul(merged_OI.t()), Tolerance);
    }

    [Fact]
    public void Constructor_AnySeed_StartsAWithinTheBoundAndBAtZero()
    {
        using LowRankAdapter adapter = new(400, 30, 20, 1, new Placement(CPU, ScalarType.Float32), new RandomStream(3));
        float[] values = adapter.A_RI.data<float>().ToArray();
        double bound = 1 / Math.Sqrt(400);
        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        // 8000 uniform numbers: mean within 5 standard errors of 0, variance near bound^2 / 3.
        Assert.InRange(values.Average(), -5 * bound / Math.Sqrt(3 * 8000), 5 * bound / Math.Sqrt(3 * 8000));
        Assert.InRange(values.Average(value => value * value) / (bound * bound / 3), 0.95, 1.05);
        Assert.All(adapter.B_OR.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    private static Linear Create(bool hasBias, out LowRankAdapter adapter)
    {
        Placement placement = new(CPU, ScalarType.Float32);
        Linear linear = new(Inputs, Outputs, hasBias, placement);
        adapter = new LowRankAdapter(Inputs, Outputs, Rank, Scale, placement, new RandomStream(5));
        using IDisposable noGrad = no_grad();
        linear.Weight.copy_(Values(1, Outputs, Inputs));
        if (hasBias)
        {
            linear.get_parameter("bias")!.copy_(Values(2, Outputs));
        }

        adapter.B_OR.copy_(Values(3, Outputs, Rank));
        return linear;
    }

    private static Tensor Values(ulong seed, params long[] shape)
    {
        RandomStream random = new(seed);
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return tensor([.. Enumerable.Range(0, (int)count).Select(_ => (float)((2 * random.NextDouble()) - 1))], shape);
    }
}
