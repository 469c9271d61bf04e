using System.Numerics;
using System.Runtime.CompilerServices;

namespace DriveKD.Models.Kernels;

/// <summary>Products with whatever vectors .NET finds.</summary>
internal readonly unsafe struct PortableKernel : IRowKernel
{
    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots<TWeight, TInput>(
        byte* weights, nint outputs, nint count, byte* inputs, int rows, float* products, nint productStride)
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat
    {
        for (nint o = 0; o < outputs; o++)
        {
            for (int row = 0; row < rows; row++)
            {
                products[(row * productStride) + o] =
                    Dot<TWeight, TInput>(weights + (o * count * TWeight.Size), count, inputs + (row * count * TInput.Size));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot<TWeight, TInput>(byte* weights, nint count, byte* input)
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat
    {
        int block = 4 * Vector<float>.Count;
        Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nint i = 0;
        for (; i + block <= count; i += block)
        {
            TWeight.LoadFour(weights, i, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d);
            TInput.LoadFour(input, i, out Vector<float> e, out Vector<float> f, out Vector<float> g, out Vector<float> h);
            sum0 += a * e;
            sum1 += b * f;
            sum2 += c * g;
            sum3 += d * h;
        }

        float product = Vector.Sum((sum0 + sum1) + (sum2 + sum3));
        for (; i < count; i++)
        {
            product += TWeight.Load(weights, i) * TInput.Load(input, i);
        }

        return product;
    }
}
