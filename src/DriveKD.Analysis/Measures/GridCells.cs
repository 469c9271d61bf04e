namespace DriveKD.Analysis.Measures;

/// <summary>
/// Cells of a grid over positions of a sequence, so that sequences of different lengths can be compared. Position p of n covers [p / n, (p + 1) / n]
/// of the whole, cell g of G covers [g / G, (g + 1) / G]; a position belongs to the cells that it overlaps, by the share of it that lies in each.
/// </summary>
public static class GridCells
{
    /// <summary>The share of each position in each cell that it overlaps: the shares of a position add up to 1, those of a cell to n / G.</summary>
    /// <param name="cells">G, at least 1.</param>
    /// <param name="positions">n.</param>
    /// <returns>At most n + G entries, position after position.</returns>
    public static IEnumerable<(int Cell, int Position, double Share)> Overlaps(int cells, int positions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        for (int position = 0; position < positions; position++)
        {
            // In units of 1 / (G n) both borders are whole numbers: no share of rounding is left over.
            (long start, long end) = ((long)position * cells, (position + 1L) * cells);
            for (long cell = start / positions; cell * positions < end; cell++)
            {
                long overlap = Math.Min(end, (cell + 1) * positions) - Math.Max(start, cell * positions);
                yield return ((int)cell, position, (double)overlap / cells);
            }
        }
    }

    /// <summary>What an <see cref="Overlaps">overlap</see> is multiplied by where a cell averages its positions.</summary>
    /// <param name="cells">G.</param>
    /// <param name="positions">n, at least 1.</param>
    public static double AverageFactor(int cells, int positions) => (double)cells / positions;
}
