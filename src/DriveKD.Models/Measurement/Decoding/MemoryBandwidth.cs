using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using DriveKD.Models.Kernels;

namespace DriveKD.Models.Measurement.Decoding;

/// <summary>How fast the threads of the kernels read memory when they do nothing else.</summary>
internal static unsafe class MemoryBandwidth
{
    /// <summary>Reads a buffer once.</summary>
    /// <param name="buffer">More than the caches hold.</param>
    /// <param name="bytes">Its length, a multiple of 4,096.</param>
    /// <returns>Bytes per second.</returns>
    public static double Measure(byte* buffer, long bytes)
    {
        long sum = 0;
        nint pages = (nint)(bytes / 4096);
        long start = Stopwatch.GetTimestamp();
        DecodeKernels.Share(pages, bytes, (from, to) => Interlocked.Add(ref sum, Sum(buffer + (from * 4096), (to - from) * 4096)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        GC.KeepAlive(sum);
        return bytes / seconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Sum(byte* from, nint bytes)
    {
        int step = Vector<byte>.Count;
        Vector<long> a = default, b = default, c = default, d = default;
        for (nint i = 0; i < bytes; i += 4 * step)
        {
            a += Vector.Load((long*)(from + i));
            b += Vector.Load((long*)(from + i + step));
            c += Vector.Load((long*)(from + i + (2 * step)));
            d += Vector.Load((long*)(from + i + (3 * step)));
        }

        return Vector.Sum((a + b) + (c + d));
    }
}
