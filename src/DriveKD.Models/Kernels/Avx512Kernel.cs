using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DriveKD.Models.Kernels;

/// <summary>Products with AVX-512.</summary>
internal readonly unsafe struct Avx512Kernel : IRowKernel
{
    private const int Width = 16;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots<TFormat>(byte* weights, nint count, float* inputs, int rows, float* products, nint productStride)
        where TFormat : struct, IWeightFormat
    {
        int row = 0;
        for (; row + 2 <= rows; row += 2)
        {
            Two<TFormat>(weights, count, inputs + (row * count), products + (row * productStride), productStride);
        }

        if (row < rows)
        {
            One<TFormat>(weights, count, inputs + (row * count), products + (row * productStride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TFormat>(byte* weights, nint count, float* input, float* product)
        where TFormat : struct, IWeightFormat
    {
        // Four sums hide the latency of a multiply-add.
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nint i = 0;
        for (; i + (4 * Width) <= count; i += 4 * Width)
        {
            sum0 = Avx512F.FusedMultiplyAdd(TFormat.Load512(weights, i), Vector512.Load(input + i), sum0);
            sum1 = Avx512F.FusedMultiplyAdd(TFormat.Load512(weights, i + Width), Vector512.Load(input + i + Width), sum1);
            sum2 = Avx512F.FusedMultiplyAdd(TFormat.Load512(weights, i + (2 * Width)), Vector512.Load(input + i + (2 * Width)), sum2);
            sum3 = Avx512F.FusedMultiplyAdd(TFormat.Load512(weights, i + (3 * Width)), Vector512.Load(input + i + (3 * Width)), sum3);
        }

        for (; i + Width <= count; i += Width)
        {
            sum0 = Avx512F.FusedMultiplyAdd(TFormat.Load512(weights, i), Vector512.Load(input + i), sum0);
        }

        *product = WithTail<TFormat>(Vector512.Sum((sum0 + sum1) + (sum2 + sum3)), weights, i, count, input);
    }

    /// <summary><see cref="One"/> for two rows of inputs, whose weights are converted once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two<TFormat>(byte* weights, nint count, float* input, float* products, nint productStride)
        where TFormat : struct, IWeightFormat
    {
        float* second = input + count;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        nint i = 0;
        for (; i + (4 * Width) <= count; i += 4 * Width)
        {
            Vector512<float> weight = TFormat.Load512(weights, i);
            a0 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(input + i), a0);
            b0 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(second + i), b0);
            weight = TFormat.Load512(weights, i + Width);
            a1 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(input + i + Width), a1);
            b1 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(second + i + Width), b1);
            weight = TFormat.Load512(weights, i + (2 * Width));
            a2 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(input + i + (2 * Width)), a2);
            b2 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(second + i + (2 * Width)), b2);
            weight = TFormat.Load512(weights, i + (3 * Width));
            a3 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(input + i + (3 * Width)), a3);
            b3 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(second + i + (3 * Width)), b3);
        }

        for (; i + Width <= count; i += Width)
        {
            Vector512<float> weight = TFormat.Load512(weights, i);
            a0 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(input + i), a0);
            b0 = Avx512F.FusedMultiplyAdd(weight, Vector512.Load(second + i), b0);
        }

        products[0] = WithTail<TFormat>(Vector512.Sum((a0 + a1) + (a2 + a3)), weights, i, count, input);
        products[productStride] = WithTail<TFormat>(Vector512.Sum((b0 + b1) + (b2 + b3)), weights, i, count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float WithTail<TFormat>(float sum, byte* weights, nint from, nint count, float* input)
        where TFormat : struct, IWeightFormat
    {
        for (nint i = from; i < count; i++)
        {
            sum = MathF.FusedMultiplyAdd(TFormat.Load(weights, i), input[i], sum);
        }

        return sum;
    }
}
