using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DriveKD.Models.Kernels;

/// <summary>Products with AVX-512.</summary>
internal readonly unsafe struct Avx512Kernel : IRowKernel
{
    private const int Width = 16;
    private const int Block = 4 * Width;

    /// <inheritdoc />
    public static void Dots<TWeight, TInput>(
        byte* weights, nint outputs, nint count, byte* inputs, int rows, float* products, nint productStride)
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat
    {
        if (rows == 1)
        {
            Single<TWeight, TInput>(weights, outputs, count, inputs, products);
            return;
        }

        // A row of weights is in the first cache when the next rows of inputs come.
        for (nint o = 0; o < outputs; o++, weights += count * TWeight.Size)
        {
            int row = 0;
            for (; row + 2 <= rows; row += 2)
            {
                Pair<TWeight, TInput>(weights, count, inputs + (row * count * TInput.Size), products + (row * productStride) + o, productStride);
            }

            if (row < rows)
            {
                Single<TWeight, TInput>(weights, 1, count, inputs + (row * count * TInput.Size), products + (row * productStride) + o);
            }
        }
    }

    // A method of its own, not inlined: with more in one method the compiler stops inlining loads, and a call in a loop stores all sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Single<TWeight, TInput>(byte* weights, nint outputs, nint count, byte* input, float* products)
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat
    {
        nint blocks = count / Block * Block;
        for (nint o = 0; o < outputs; o++, weights += count * TWeight.Size)
        {
            // Four sums hide the latency of a multiply-add.
            Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (nint i = 0; i < blocks; i += Block)
            {
                Lookahead.Fetch<TWeight, TInput>(weights, i, Block);
                sum0 = Avx512F.FusedMultiplyAdd(TWeight.Load512(weights, i), TInput.Load512(input, i), sum0);
                sum1 = Avx512F.FusedMultiplyAdd(TWeight.Load512(weights, i + Width), TInput.Load512(input, i + Width), sum1);
                sum2 = Avx512F.FusedMultiplyAdd(TWeight.Load512(weights, i + (2 * Width)), TInput.Load512(input, i + (2 * Width)), sum2);
                sum3 = Avx512F.FusedMultiplyAdd(TWeight.Load512(weights, i + (3 * Width)), TInput.Load512(input, i + (3 * Width)), sum3);
            }

            products[o] = Vector512.Sum((sum0 + sum1) + (sum2 + sum3));
            if (blocks < count)
            {
                products[o] += Rest<TWeight, TInput>(weights, blocks, count, input);
            }
        }
    }

    /// <summary><see cref="Single"/> for one output of two rows of inputs; the weights are converted once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair<TWeight, TInput>(byte* weights, nint count, byte* input, float* products, nint productStride)
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat
    {
        byte* second = input + (count * TInput.Size);
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        nint blocks = count / Block * Block;
        for (nint i = 0; i < blocks; i += Block)
        {
            Lookahead.Fetch<TWeight, TInput>(weights, i, Block);
            Vector512<float> weight = TWeight.Load512(weights, i);
            a0 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(input, i), a0);
            b0 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(second, i), b0);
            weight = TWeight.Load512(weights, i + Width);
            a1 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(input, i + Width), a1);
            b1 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(second, i + Width), b1);
            weight = TWeight.Load512(weights, i + (2 * Width));
            a2 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(input, i + (2 * Width)), a2);
            b2 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(second, i + (2 * Width)), b2);
            weight = TWeight.Load512(weights, i + (3 * Width));
            a3 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(input, i + (3 * Width)), a3);
            b3 = Avx512F.FusedMultiplyAdd(weight, TInput.Load512(second, i + (3 * Width)), b3);
        }

        products[0] = Vector512.Sum((a0 + a1) + (a2 + a3));
        products[productStride] = Vector512.Sum((b0 + b1) + (b2 + b3));
        if (blocks < count)
        {
            products[0] += Rest<TWeight, TInput>(weights, blocks, count, input);
            products[productStride] += Rest<TWeight, TInput>(weights, blocks, count, second);
        }
    }

    /// <summary>The products behind the last whole block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Rest<TWeight, TInput>(byte* weights, nint from, nint count, byte* input)
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat
    {
        Vector512<float> sums = default;
        nint i = from;
        for (; i + Width <= count; i += Width)
        {
            sums = Avx512F.FusedMultiplyAdd(TWeight.Load512(weights, i), TInput.Load512(input, i), sums);
        }

        float sum = Vector512.Sum(sums);
        for (; i < count; i++)
        {
            sum = MathF.FusedMultiplyAdd(TWeight.Load(weights, i), TInput.Load(input, i), sum);
        }

        return sum;
    }
}
