namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Enlarges the middle of a plane of numbers to the size of the whole or a few pixels more (<see cref="ZoomAxis"/>), linearly between samples.</summary>
internal static class ClippedZoom
{
    /// <summary>Enlarges.</summary>
    /// <param name="source">Rows of numbers, each as many pixels as <paramref name="columns"/> was made for.</param>
    /// <param name="stride">Numbers per row of the source.</param>
    /// <param name="channels">Numbers per pixel.</param>
    /// <param name="columns">Where the samples of a row lie.</param>
    /// <param name="rows">Where the rows lie.</param>
    /// <param name="useRow">Takes each row of the result.</param>
    public static void Apply(ReadOnlySpan<double> source, int stride, int channels, ZoomAxis columns, ZoomAxis rows, RowUse useRow)
    {
        double[] result = new double[columns.First.Length * channels];
        for (int y = 0; y < rows.First.Length; y++)
        {
            Array.Clear(result);
            int top = rows.First[y];
            if (top >= 0)
            {
                int bottom = Math.Min(top + 1, rows.Last);
                Blend(source.Slice(top * stride, stride), source.Slice(bottom * stride, stride), rows.Part[y], columns, channels, result);
            }

            useRow(y, result);
        }
    }

    // Products and sums in SciPy's order.
    private static void Blend(ReadOnlySpan<double> top, ReadOnlySpan<double> bottom, double down, ZoomAxis columns, int channels, Span<double> result)
    {
        ReadOnlySpan<int> first = columns.First;
        ReadOnlySpan<double> part = columns.Part;
        double up = 1 - down;
        for (int x = 0; x < first.Length; x++)
        {
            if (first[x] < 0)
            {
                continue;
            }

            double right = part[x];
            double left = 1 - right;
            int before = first[x] * channels;
            int after = Math.Min(first[x] + 1, columns.Last) * channels;
            for (int channel = 0; channel < channels; channel++)
            {
                double sum = (top[before + channel] * up * left) + (top[after + channel] * up * right);
                sum += bottom[before + channel] * down * left;
                sum += bottom[after + channel] * down * right;
                result[(x * channels) + channel] = sum;
            }
        }
    }
}
