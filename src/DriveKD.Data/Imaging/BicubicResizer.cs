namespace DriveKD.Data.Imaging;

/// <summary>
/// Pillow 11.3's 8-bit bicubic resize, equal to the byte: the horizontal pass first, rounded to 8 bits, then the vertical one; an
/// axis whose size does not change is skipped. Single-threaded; callers resize different pictures in parallel.
/// </summary>
public static class BicubicResizer
{
    /// <summary>Resizes without regard to the aspect ratio.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="width">Pixels per row of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <returns>A new picture, or the same object where the size is already right.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1, or a result beyond 2 GiB.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(3L * width * height, Array.MaxLength, nameof(width));
        if (width == image.Width && height == image.Height)
        {
            return image;
        }

        BicubicAxis? columns = width == image.Width ? null : BicubicAxis.Create(image.Width, width);
        BicubicAxis? rows = height == image.Height ? null : BicubicAxis.Create(image.Height, height);
        byte[] target = GC.AllocateUninitializedArray<byte>(3 * width * height);
        if (rows is null)
        {
            HorizontalOnly(image, columns!, target);
        }
        else if (columns is null)
        {
            VerticalOnly(image, rows, target);
        }
        else
        {
            Both(image, columns, rows, target);
        }

        return new RgbImage(width, height, target);
    }

    private static void HorizontalOnly(RgbImage image, BicubicAxis columns, byte[] target)
    {
        HorizontalPass pass = new(image, columns);
        int stride = 3 * columns.Length;
        for (int row = 0; row < image.Height; row += 2)
        {
            int second = Math.Min(row + 1, image.Height - 1);
            pass.Run(row, second, target.AsSpan(row * stride, stride), target.AsSpan(second * stride, stride));
        }
    }

    private static void VerticalOnly(RgbImage image, BicubicAxis rows, byte[] target)
    {
        int stride = 3 * image.Width;
        int[] offsets = new int[rows.LargestCount];
        for (int output = 0; output < rows.Length; output++)
        {
            ReadOnlySpan<int> weights = rows.Weights(output);
            for (int tap = 0; tap < weights.Length; tap++)
            {
                offsets[tap] = (rows.First(output) + tap) * stride;
            }

            VerticalPass.Run(image.Pixels, offsets.AsSpan(0, weights.Length), weights, target.AsSpan(output * stride, stride));
        }
    }

    // The rows between the two passes live in a ring just large enough for one output row: it stays in the nearest cache, and a
    // very tall picture needs no intermediate picture.
    private static void Both(RgbImage image, BicubicAxis columns, BicubicAxis rows, byte[] target)
    {
        HorizontalPass pass = new(image, columns);
        int stride = 3 * columns.Length;
        int ringRows = rows.LargestCount + 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)ringRows * stride, Array.MaxLength, nameof(image));
        byte[] ring = GC.AllocateUninitializedArray<byte>(ringRows * stride);
        int[] offsets = new int[rows.LargestCount];
        int ready = 0;
        for (int output = 0; output < rows.Length; output++)
        {
            int first = rows.First(output);
            ReadOnlySpan<int> weights = rows.Weights(output);
            for (; ready < first + weights.Length; ready += 2)
            {
                int second = Math.Min(ready + 1, image.Height - 1);
                pass.Run(ready, second, RingRow(ready), RingRow(second));
            }

            for (int tap = 0; tap < weights.Length; tap++)
            {
                offsets[tap] = (first + tap) % ringRows * stride;
            }

            VerticalPass.Run(ring, offsets.AsSpan(0, weights.Length), weights, target.AsSpan(output * stride, stride));
        }

        Span<byte> RingRow(int row) => ring.AsSpan(row % ringRows * stride, stride);
    }
}
