using DriveKD.Models.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Kernels;

/// <summary>Products by every path against libtorch's and against float64.</summary>
public sealed class DecodeKernelsTests
{
    // Relative to the sum of the products' magnitudes: float32 sums in another order.
    private const double SumTolerance = 1e-6;

    // Half a unit in the last place of bfloat16, relative, and the sum's own error.
    private const double BFloat16Tolerance = (1.0 / 256) + SumTolerance;

    // Where two roundings of nearly the same sum differ, one of them is not nearer by more than this part of all errors.
    private const double TieShare = 1e-3;

    public static TheoryData<KernelPath, int, int, int> Cases()
    {
        TheoryData<KernelPath, int, int, int> cases = [];
        foreach (KernelPath path in KernelPaths.Supported)
        {
            // Tails of every width, whole blocks, single values, and a shape of the 1B.
            foreach ((int outputs, int inputs, int rows) in ((int, int, int)[])[(1, 1, 1), (5, 7, 1), (16, 64, 2), (37, 131, 3), (33, 79, 8), (100, 200, 5), (640, 896, 1), (70, 4864, 4)])
            {
                cases.Add(path, outputs, inputs, rows);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Linear_Float32_IsNearFloat64(KernelPath path, int outputs, int inputs, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Sample sample = new(outputs, inputs, rows, ScalarType.Float32);

        Tensor product = Kernels(path).Linear(sample.Input, sample.Weight, sample.Bias);

        Assert.Equal([rows, outputs], product.shape);
        Assert.Equal(ScalarType.Float32, product.dtype);
        Assert.InRange(sample.LargestError(product), 0, SumTolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Linear_BFloat16_IsAtLeastAsNearFloat64AsLibtorch(KernelPath path, int outputs, int inputs, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Sample sample = new(outputs, inputs, rows, ScalarType.BFloat16);

        Tensor product = Kernels(path).Linear(sample.Input, sample.Weight, sample.Bias);
        Tensor theirs = nn.functional.linear(sample.Input, sample.Weight, sample.Bias);

        Assert.Equal(ScalarType.BFloat16, product.dtype);
        Assert.InRange(sample.LargestError(product), 0, BFloat16Tolerance);
        Assert.InRange(sample.SumOfErrors(product), 0, (sample.SumOfErrors(theirs) * (1 + TieShare)) + 1e-12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Linear_Wide_GivesTheRoundedValuesInFloat32(KernelPath path, int outputs, int inputs, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Sample sample = new(outputs, inputs, rows, ScalarType.BFloat16);

        Tensor narrow = Kernels(path).Linear(sample.Input, sample.Weight, sample.Bias);
        Tensor wide = Kernels(path).Linear(sample.Input, sample.Weight, sample.Bias, isWide: true);

        Assert.Equal(ScalarType.Float32, wide.dtype);
        Assert.Equal(narrow.to_type(ScalarType.Float32).data<float>().ToArray(), wide.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Linear_Int8_IsTheProductOfTheRoundedWeights(KernelPath path, int outputs, int inputs, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Sample sample = new(outputs, inputs, rows, ScalarType.Float32);
        using Int8Rows quantized = Int8Rows.Quantize(sample.Weight);

        Tensor product = Kernels(path).Linear(sample.Input, sample.Weight, sample.Bias, quantized);

        Assert.InRange((sample with { Weight = Int8RowsTests.Dequantized(quantized) }).LargestError(product), 0, SumTolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Linear_RowsOfABatch_GetTheBitsTheyGetAlone(KernelPath path, int outputs, int inputs, int rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Sample sample = new(outputs, inputs, rows, ScalarType.Float32);
        DecodeKernels kernels = Kernels(path);

        Tensor together = kernels.Linear(sample.Input, sample.Weight, sample.Bias);

        for (int row = 0; row < rows; row++)
        {
            Assert.Equal(kernels.Linear(sample.Input[row], sample.Weight, sample.Bias).data<float>().ToArray(), together[row].data<float>().ToArray());
        }
    }

    [Fact]
    public void Linear_AnyNumberOfThreads_GivesTheSameBits()
    {
        using DisposeScope scope = NewDisposeScope();
        Sample sample = new(1000, 333, 3, ScalarType.Float32);
        int before = get_num_threads();
        try
        {
            float[][] products = [.. ((int[])[1, 2, 3, 7]).Select(threads =>
            {
                set_num_threads(threads);
                return Kernels(KernelPaths.Supported[^1]).Linear(sample.Input, sample.Weight, sample.Bias).data<float>().ToArray();
            })];

            Assert.All(products, product => Assert.Equal(products[0], product));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Linear_ViewsThatAreUnalignedOrNotContiguous_AreReadAsTheyStand(ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor storage = randn([(41 * 67) + 3], ScalarType.Float32).to_type(dtype);
        Tensor weight = storage.narrow(0, 3, 41 * 67).reshape(41, 67);
        Tensor input = randn([67, 2], ScalarType.Float32).to_type(dtype).t();

        foreach (KernelPath path in KernelPaths.Supported)
        {
            DecodeKernels kernels = Kernels(path);
            Assert.True(kernels.Serve(input, weight));
            Assert.Equal(
                kernels.Linear(input.contiguous(), weight.clone(), null).to_type(ScalarType.Float32).data<float>().ToArray(),
                kernels.Linear(input, weight, null).to_type(ScalarType.Float32).data<float>().ToArray());
        }
    }

    [Fact]
    public void Serve_WhatOnlyLibtorchComputes_IsFalse()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = randn([4, 6], ScalarType.Float32);
        DecodeKernels kernels = Kernels(KernelPath.Portable);

        Assert.True(kernels.Serve(randn([2, DecodeKernels.MostRows / 2, 6], ScalarType.Float32), weight));
        Assert.False(kernels.Serve(randn([DecodeKernels.MostRows + 1, 6], ScalarType.Float32), weight));
        Assert.False(kernels.Serve(randn([1, 6], ScalarType.Float64), weight));
        Assert.False(kernels.Serve(randn([1, 6], ScalarType.Float32).to_type(ScalarType.BFloat16), weight));
        Assert.False(kernels.Serve(randn([1, 4], ScalarType.Float32), weight.t()));
        Assert.False(kernels.Serve(zeros([0, 6], ScalarType.Float32), weight));
        Assert.False(Kernels(KernelPath.Off).Serve(randn([1, 6], ScalarType.Float32), weight));

        Tensor trained = randn([1, 6], ScalarType.Float32);
        trained.requires_grad = true;
        Assert.False(kernels.Serve(trained, weight));
        // A bias that learns alone.
        using Parameter bias = new(zeros([4], ScalarType.Float32), requires_grad: true);
        Assert.False(kernels.Serve(randn([1, 6], ScalarType.Float32), weight, bias));
        using IDisposable noGrad = no_grad();
        Assert.True(kernels.Serve(trained, weight));
        Assert.True(kernels.Serve(randn([1, 6], ScalarType.Float32), weight, bias));
    }

    [Fact]
    public unsafe void Pointer_OneRowOfMoreThanASpanHolds_IsThatOfItsFirstValue()
    {
        // Reserved by the system, never written.
        using Tensor row = empty([1, (1L << 31) + 8], ScalarType.Int8);
        using Tensor first = row.narrow(1, 0, 8);

        Assert.True(TensorMemory.Pointer(first) == TensorMemory.Pointer(row));
    }

    [Fact]
    public void Linear_AnotherNumberOfInputs_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Contains("6 inputs are expected", Assert.Throws<ArgumentException>(() =>
            Kernels(KernelPath.Portable).Linear(randn([2, 3], ScalarType.Float32), randn([4, 6], ScalarType.Float32), null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Linear_NotANumberAndInfinity_StayWhatTheyAre()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = tensor([1f, float.NaN, float.PositiveInfinity]).reshape(3, 1).to_type(ScalarType.BFloat16);
        Tensor weight = ones([1, 1], ScalarType.BFloat16);

        float[] product = Kernels(KernelPaths.Supported[^1]).Linear(input, weight, null).to_type(ScalarType.Float32).data<float>().ToArray();

        Assert.Equal([1f, float.NaN, float.PositiveInfinity], product);
    }

    private static DecodeKernels Kernels(KernelPath path) => new() { Path = path };

    /// <summary>Random input [rows, inputs], weights [outputs, inputs] and bias [outputs].</summary>
    private sealed record Sample
    {
        public Sample(int outputs, int inputs, int rows, ScalarType dtype)
        {
            Generator generator = new(17);
            Input = randn([rows, inputs], ScalarType.Float32, generator: generator).to_type(dtype);
            Weight = randn([outputs, inputs], ScalarType.Float32, generator: generator).to_type(dtype);
            Bias = new Parameter(randn([outputs], ScalarType.Float32, generator: generator).to_type(dtype), requires_grad: false);
        }

        public Tensor Input { get; }

        public Tensor Weight { get; init; }

        public Parameter Bias { get; }

        /// <summary>The largest of all errors, each relative to the sum of its products' magnitudes.</summary>
        public double LargestError(Tensor product) =>
            (product.to_type(ScalarType.Float64) - Exact(Input, Weight, Bias)).abs().div(Exact(Input.abs(), Weight.abs(), Bias.abs())).max().item<double>();

        public double SumOfErrors(Tensor product) => (product.to_type(ScalarType.Float64) - Exact(Input, Weight, Bias)).abs().sum().item<double>();

        private static Tensor Exact(Tensor input, Tensor weight, Tensor bias) =>
            input.to_type(ScalarType.Float64).matmul(weight.to_type(ScalarType.Float64).t()) + bias.to_type(ScalarType.Float64);
    }
}
