using System.Numerics;
using System.Runtime.InteropServices;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Sums a plane of numbers along the taps of a <see cref="MotionKernel"/>; beyond the border its pixels are repeated.</summary>
internal static class MotionBlurFilter
{
    /// <summary>Blurs.</summary>
    /// <param name="source">width * height * channels numbers, row by row.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Numbers per pixel.</param>
    /// <param name="kernel">Made for this size.</param>
    /// <param name="useRow">Takes each row of the result: its number and its width * channels numbers.</param>
    public static void Apply(ReadOnlySpan<double> source, int width, int height, int channels, MotionKernel kernel, RowUse useRow)
    {
        int reach = 0;
        foreach ((int right, _, _) in kernel.Taps)
        {
            reach = Math.Max(reach, Math.Abs(right));
        }

        int stride = width * channels;
        int margin = reach * channels;
        double[] padded = Pad(source, width, height, channels, reach);
        int paddedStride = stride + (2 * margin);
        double[] sum = new double[stride];
        for (int y = 0; y < height; y++)
        {
            Array.Clear(sum);
            foreach ((int right, int down, double weight) in kernel.Taps)
            {
                int row = Math.Clamp(y + down, 0, height - 1);
                AddScaled(sum, padded.AsSpan((row * paddedStride) + margin + (right * channels), stride), weight);
            }

            useRow(y, sum);
        }
    }

    private static double[] Pad(ReadOnlySpan<double> source, int width, int height, int channels, int reach)
    {
        int stride = width * channels;
        int margin = reach * channels;
        double[] padded = GC.AllocateUninitializedArray<double>(checked(height * (stride + (2 * margin))));
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<double> row = source.Slice(y * stride, stride);
            Span<double> target = padded.AsSpan(y * (stride + (2 * margin)), stride + (2 * margin));
            row.CopyTo(target[margin..]);
            for (int i = 0; i < margin; i++)
            {
                target[i] = row[i % channels];
                target[margin + stride + i] = row[stride - channels + (i % channels)];
            }
        }

        return padded;
    }

    // Product and sum are rounded one after the other: a fused operation would differ between machines.
    private static void AddScaled(Span<double> sum, ReadOnlySpan<double> values, double weight)
    {
        Span<Vector<double>> sums = MemoryMarshal.Cast<double, Vector<double>>(sum);
        ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += vectors[i] * weight;
        }

        for (int i = sums.Length * Vector<double>.Count; i < sum.Length; i++)
        {
            sum[i] += values[i] * weight;
        }
    }
}
