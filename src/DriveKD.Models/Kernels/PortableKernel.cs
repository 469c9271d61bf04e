using System.Numerics;
using System.Runtime.CompilerServices;

namespace DriveKD.Models.Kernels;

/// <summary>Products with whatever vectors .NET finds.</summary>
internal readonly unsafe struct PortableKernel : IRowKernel
{
    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots<TFormat>(byte* weights, nint count, float* inputs, int rows, float* products, nint productStride)
        where TFormat : struct, IWeightFormat
    {
        int width = Vector<float>.Count;
        for (int row = 0; row < rows; row++)
        {
            float* input = inputs + (row * count);
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            nint i = 0;
            for (; i + (4 * width) <= count; i += 4 * width)
            {
                TFormat.LoadFour(weights, i, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d);
                sum0 += a * Vector.Load(input + i);
                sum1 += b * Vector.Load(input + i + width);
                sum2 += c * Vector.Load(input + i + (2 * width));
                sum3 += d * Vector.Load(input + i + (3 * width));
            }

            float product = Vector.Sum((sum0 + sum1) + (sum2 + sum3));
            for (; i < count; i++)
            {
                product += TFormat.Load(weights, i) * input[i];
            }

            products[row * productStride] = product;
        }
    }
}
