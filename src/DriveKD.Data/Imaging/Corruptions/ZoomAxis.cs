namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// One axis of imagecorruptions' <c>clipped_zoom</c>: the middle of the picture, ceil(size / zoom) long, is stretched linearly to
/// round(length * zoom), and mostly the first <c>size</c> samples are kept. Sample i lies at i * ((n - 1) / (m - 1)), as SciPy's <c>zoom</c> has it;
/// where rounding puts it beyond the last source sample, it is 0.
/// </summary>
internal sealed class ZoomAxis
{
    private readonly int[] _first;
    private readonly double[] _part;

    /// <summary>Places the samples.</summary>
    /// <param name="size">Samples of the source.</param>
    /// <param name="zoom">At least 1.</param>
    /// <param name="isCut">Whether samples beyond <paramref name="size"/> are dropped; rounding up can yield a few.</param>
    public ZoomAxis(int size, double zoom, bool isCut)
    {
        int length = (int)Math.Ceiling(size / zoom);
        int start = (size - length) / 2;
        int stretched = (int)Math.Round(length * zoom, MidpointRounding.ToEven);
        double step = stretched > 1 ? (length - 1.0) / (stretched - 1) : 0;
        Last = start + length - 1;
        int kept = isCut ? size : stretched;
        _first = new int[kept];
        _part = new double[kept];
        for (int i = 0; i < kept; i++)
        {
            double position = i * step;
            bool isOutside = i >= stretched || position > length - 1;
            double whole = Math.Floor(position);
            _first[i] = isOutside ? -1 : start + (int)whole;
            _part[i] = position - whole;
        }
    }

    /// <summary>For each sample the source sample before it; -1 where the sample is 0.</summary>
    public ReadOnlySpan<int> First => _first;

    /// <summary>For each sample the weight of the source sample after it.</summary>
    public ReadOnlySpan<double> Part => _part;

    /// <summary>The last source sample that is used.</summary>
    public int Last { get; }
}
