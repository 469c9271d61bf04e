using System.Numerics;
using System.Runtime.InteropServices;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// OpenCV's <c>GaussianBlur</c> of 8-bit pictures, to the bit: weights in 256ths (<see cref="GaussianKernel"/>), whole numbers in between, one
/// rounding at the end, and beyond the border the picture mirrored without its outermost pixel.
/// </summary>
internal static class GaussianBlur
{
    /// <summary>Blurs.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="size">Of the kernel, odd.</param>
    public static RgbImage Apply(RgbImage image, int size)
    {
        int[] kernel = GaussianKernel.Create(size);
        int stride = 3 * image.Width;
        ushort[] across = GC.AllocateUninitializedArray<ushort>(image.Pixels.Length);
        ushort[] padded = new ushort[3 * (image.Width + size - 1)];
        for (int y = 0; y < image.Height; y++)
        {
            Pad(image.Pixels.AsSpan(y * stride, stride), image.Width, size / 2, padded);
            AcrossRow(padded, kernel, across.AsSpan(y * stride, stride));
        }

        byte[] target = GC.AllocateUninitializedArray<byte>(image.Pixels.Length);
        uint[] sums = new uint[stride];
        for (int y = 0; y < image.Height; y++)
        {
            Array.Clear(sums);
            for (int tap = 0; tap < size; tap++)
            {
                int row = Mirror(y + tap - (size / 2), image.Height);
                AddScaled(sums, across.AsSpan(row * stride, stride), (uint)kernel[tap]);
            }

            Span<byte> result = target.AsSpan(y * stride, stride);
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = (byte)((sums[i] + 0x8000) >> 16);
            }
        }

        return new RgbImage(image.Width, image.Height, target);
    }

    /// <summary>The pixel inside 0..size-1 that stands for one outside: the row is mirrored at its outermost pixels.</summary>
    public static int Mirror(int position, int size)
    {
        if (size == 1)
        {
            return 0;
        }

        int period = 2 * (size - 1);
        int inside = ((position % period) + period) % period;
        return inside < size ? inside : period - inside;
    }

    private static void Pad(ReadOnlySpan<byte> row, int width, int margin, Span<ushort> padded)
    {
        for (int i = 0; i < padded.Length; i++)
        {
            int x = (i / 3) - margin;
            padded[i] = row[(3 * (x >= 0 && x < width ? x : Mirror(x, width))) + (i % 3)];
        }
    }

    // 255 times weights that sum to 256 fits into 16 bits.
    private static void AcrossRow(ReadOnlySpan<ushort> padded, int[] kernel, Span<ushort> result)
    {
        result.Clear();
        Span<Vector<ushort>> sums = MemoryMarshal.Cast<ushort, Vector<ushort>>(result);
        for (int tap = 0; tap < kernel.Length; tap++)
        {
            ReadOnlySpan<ushort> values = padded.Slice(3 * tap, result.Length);
            ReadOnlySpan<Vector<ushort>> vectors = MemoryMarshal.Cast<ushort, Vector<ushort>>(values);
            Vector<ushort> weight = new((ushort)kernel[tap]);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += vectors[i] * weight;
            }

            for (int i = sums.Length * Vector<ushort>.Count; i < result.Length; i++)
            {
                result[i] += (ushort)(values[i] * kernel[tap]);
            }
        }
    }

    private static void AddScaled(Span<uint> sums, ReadOnlySpan<ushort> values, uint weight)
    {
        ReadOnlySpan<Vector<ushort>> vectors = MemoryMarshal.Cast<ushort, Vector<ushort>>(values);
        Span<Vector<uint>> targets = MemoryMarshal.Cast<uint, Vector<uint>>(sums[..(vectors.Length * Vector<ushort>.Count)]);
        Vector<uint> factor = new(weight);
        for (int i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out Vector<uint> low, out Vector<uint> high);
            targets[2 * i] += low * factor;
            targets[(2 * i) + 1] += high * factor;
        }

        for (int i = vectors.Length * Vector<ushort>.Count; i < values.Length; i++)
        {
            sums[i] += values[i] * weight;
        }
    }
}
