namespace DriveKD.Runs.Reports.Charts;

/// <summary>Places labels in a column, near where they would like to be and never over each other.</summary>
internal static class LabelColumn
{
    /// <summary>Places labels.</summary>
    /// <param name="wanted">The heights that the labels would like.</param>
    /// <param name="distance">The least distance between two.</param>
    /// <param name="top">The smallest height.</param>
    /// <param name="bottom">The largest; exceeded only where there are more labels than fit.</param>
    /// <returns>A height for each label.</returns>
    public static double[] Place(IReadOnlyList<double> wanted, double distance, double top, double bottom)
    {
        double[] placed = new double[wanted.Count];
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(index => wanted[index])];
        double last = top - distance;
        foreach (int index in order)
        {
            last = placed[index] = Math.Max(wanted[index], last + distance);
        }

        double next = bottom + distance;
        foreach (int index in order.Reverse())
        {
            next = placed[index] = Math.Min(placed[index], next - distance);
        }

        // Pushed up beyond the top, the column begins there and runs over its end.
        double over = order.Length > 0 ? Math.Max(0, top - placed[order[0]]) : 0;
        return [.. placed.Select(height => height + over)];
    }
}
