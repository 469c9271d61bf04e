namespace DriveKD.Runs.Reports.Charts;

/// <summary>A series short enough to draw: a long one is cut into bins of equally many steps.</summary>
internal sealed class BinnedSeries
{
    /// <summary>Values beyond this are drawn at it: their sums and differences stay finite.</summary>
    private const double Largest = 1e300;

    /// <summary>Fewer values have nothing to smooth.</summary>
    private const int FewestToSmooth = 20;

    /// <summary>The part of a series over which the smoothed line averages.</summary>
    private const double SmoothedPart = 0.04;

    private BinnedSeries(IReadOnlyList<SeriesBin> bins, bool isBinned) => (Bins, IsBinned) = (bins, isBinned);

    /// <summary>The bins in order; each holds one value where the series was not binned.</summary>
    public IReadOnlyList<SeriesBin> Bins { get; }

    /// <summary>Whether bins stand for several values.</summary>
    public bool IsBinned { get; }

    /// <summary>Whether there is something to draw.</summary>
    public bool IsEmpty => Bins.All(bin => bin.Count == 0);

    /// <summary>Whether a series is too long to be drawn value by value: bins of less than two steps would not shorten it.</summary>
    public static bool IsLong(int count, int most) => count > 2 * most;

    /// <summary>Cuts a series into bins, if it is long.</summary>
    /// <param name="points">Steps, rising, and values.</param>
    /// <param name="most">The most bins.</param>
    public static BinnedSeries Of(IReadOnlyList<(long Step, double Value)> points, int most)
    {
        if (!IsLong(points.Count, most))
        {
            return new BinnedSeries([.. points.Select(point => Bin([point]))], isBinned: false);
        }

        double first = points[0].Step;
        double width = (points[^1].Step - first) / most;
        return new BinnedSeries(
            [.. points.GroupBy(point => Math.Min(most - 1, (int)((point.Step - first) / width))).Select(group => Bin([.. group]))],
            isBinned: true);
    }

    /// <summary>The means, averaged over a window around each, cut off at both ends; null where there are too few.</summary>
    public IReadOnlyList<(double Step, double Value)>? Smooth()
    {
        SeriesBin[] finite = [.. Bins.Where(bin => bin.Count > 0)];
        if (finite.Length < FewestToSmooth)
        {
            return null;
        }

        int half = Math.Max(2, (int)(finite.Length * SmoothedPart / 2));
        return [.. finite.Select((bin, i) => (bin.Step, WeightedMean(finite, Math.Max(0, i - half), Math.Min(finite.Length - 1, i + half))))];
    }

    private static double WeightedMean(SeriesBin[] bins, int first, int last)
    {
        double sum = 0;
        double count = 0;
        for (int i = first; i <= last; i++)
        {
            sum += bins[i].Mean * bins[i].Count;
            count += bins[i].Count;
        }

        return sum / count;
    }

    private static SeriesBin Bin(IReadOnlyList<(long Step, double Value)> points)
    {
        (double lowest, double highest, double sum, double steps, int count) = (double.PositiveInfinity, double.NegativeInfinity, 0, 0, 0);
        foreach ((long step, double value) in points)
        {
            steps += (double)step / points.Count;
            if (double.IsFinite(value))
            {
                double drawn = Math.Clamp(value, -Largest, Largest);
                (lowest, highest, sum, count) = (Math.Min(lowest, drawn), Math.Max(highest, drawn), sum + drawn, count + 1);
            }
        }

        return count == 0
            ? new SeriesBin(steps, double.NaN, double.NaN, double.NaN, 0, points.Count)
            : new SeriesBin(steps, lowest, sum / count, highest, count, points.Count - count);
    }
}
