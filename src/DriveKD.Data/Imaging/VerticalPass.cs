using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DriveKD.Data.Imaging;

/// <summary>Resizes along y: each output byte is a weighted sum of the bytes above one another, 32 columns of bytes at a time.</summary>
internal static class VerticalPass
{
    /// <summary>Computes one output row.</summary>
    /// <param name="source">Where the input rows lie.</param>
    /// <param name="rowOffsets">Where each input row begins in <paramref name="source"/>.</param>
    /// <param name="weights">The weight of each input row.</param>
    /// <param name="target">The output row; each input row is as long.</param>
    public static void Run(ReadOnlySpan<byte> source, ReadOnlySpan<int> rowOffsets, ReadOnlySpan<int> weights, Span<byte> target)
    {
        int at = 0;
        ref byte start = ref MemoryMarshal.GetReference(source);
        for (; at + Vector256<byte>.Count <= target.Length; at += Vector256<byte>.Count)
        {
            Vector256<int> sum0 = Vector256.Create(BicubicAxis.Half);
            Vector256<int> sum1 = sum0;
            Vector256<int> sum2 = sum0;
            Vector256<int> sum3 = sum0;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                Vector256<int> weight = Vector256.Create(weights[tap]);
                Vector256<byte> bytes = Vector256.LoadUnsafe(ref start, (nuint)(rowOffsets[tap] + at));
                (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(bytes);
                (Vector256<uint> values0, Vector256<uint> values1) = Vector256.Widen(lower);
                (Vector256<uint> values2, Vector256<uint> values3) = Vector256.Widen(upper);
                sum0 += values0.AsInt32() * weight;
                sum1 += values1.AsInt32() * weight;
                sum2 += values2.AsInt32() * weight;
                sum3 += values3.AsInt32() * weight;
            }

            Vector256<ushort> low = Vector256.Narrow(Clamp(sum0), Clamp(sum1)).AsUInt16();
            Vector256<ushort> high = Vector256.Narrow(Clamp(sum2), Clamp(sum3)).AsUInt16();
            Vector256.Narrow(low, high).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)at);
        }

        for (; at < target.Length; at++)
        {
            int sum = BicubicAxis.Half;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                sum += weights[tap] * source[rowOffsets[tap] + at];
            }

            target[at] = (byte)Math.Clamp(sum >> BicubicAxis.PrecisionBits, 0, byte.MaxValue);
        }
    }

    private static Vector256<int> Clamp(Vector256<int> sums) =>
        Vector256.Min(Vector256.Max(sums >> BicubicAxis.PrecisionBits, Vector256<int>.Zero), Vector256.Create((int)byte.MaxValue));
}
