using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DriveKD.Data.Imaging;

/// <summary>Between four bytes per pixel, as codecs and canvases hold it, and the three of <see cref="RgbImage"/>.</summary>
internal static class RgbaPixels
{
    /// <summary>Keeps R, G and B of each pixel.</summary>
    /// <param name="rgba">Four bytes per pixel.</param>
    /// <param name="rgb">Three bytes per pixel; at least as many pixels.</param>
    public static void DropAlpha(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        int pixels = rgba.Length / 4;
        ref byte source = ref MemoryMarshal.GetReference(rgba);
        ref byte target = ref MemoryMarshal.GetReference(rgb[..(3 * pixels)]);
        int done = 0;

        // Each store writes four bytes more than it keeps; the next store overwrites them, so the last pixels go one by one.
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
        for (; done + 6 <= pixels; done += 4)
        {
            Vector128<byte> four = Vector128.LoadUnsafe(ref source, (nuint)(4 * done));
            Vector128.Shuffle(four, order).StoreUnsafe(ref target, (nuint)(3 * done));
        }

        for (; done < pixels; done++)
        {
            Unsafe.Add(ref target, 3 * done) = Unsafe.Add(ref source, 4 * done);
            Unsafe.Add(ref target, (3 * done) + 1) = Unsafe.Add(ref source, (4 * done) + 1);
            Unsafe.Add(ref target, (3 * done) + 2) = Unsafe.Add(ref source, (4 * done) + 2);
        }
    }

    /// <summary>Adds an opaque alpha to each pixel.</summary>
    /// <param name="rgb">Three bytes per pixel.</param>
    /// <param name="rgba">Four bytes per pixel; at least as many pixels.</param>
    public static void AddAlpha(ReadOnlySpan<byte> rgb, Span<byte> rgba)
    {
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgba[to] = rgb[from];
            rgba[to + 1] = rgb[from + 1];
            rgba[to + 2] = rgb[from + 2];
            rgba[to + 3] = byte.MaxValue;
        }
    }
}
