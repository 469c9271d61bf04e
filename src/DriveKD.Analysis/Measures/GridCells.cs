namespace DriveKD.Analysis.Measures;

/// <summary>
/// Cells of a grid over positions of a sequence, so that sequences of different lengths can be compared. Position p of n covers [p / n, (p + 1) / n]
/// of the whole, cell g of G covers [g / G, (g + 1) / G]; a position belongs to the cells that it overlaps, by the share of it that lies in each.
/// </summary>
public static class GridCells
{
    /// <summary>The share of each position in each cell: the shares of a position add up to 1.</summary>
    /// <param name="cells">G, at least 1.</param>
    /// <param name="positions">n.</param>
    /// <returns>[G, n].</returns>
    public static double[,] Shares(int cells, int positions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        double[,] shares = new double[cells, positions];
        for (int position = 0; position < positions; position++)
        {
            // In units of 1 / (G n) both borders are whole numbers: no share of rounding is left over.
            (long start, long end) = ((long)position * cells, (position + 1L) * cells);
            for (long cell = start / positions; cell * positions < end; cell++)
            {
                long overlap = Math.Min(end, (cell + 1) * positions) - Math.Max(start, cell * positions);
                shares[cell, position] = (double)overlap / cells;
            }
        }

        return shares;
    }

    /// <summary>The weights with which a cell averages positions: the shares of <see cref="Shares"/>, divided by their sum in the cell, which is n / G.</summary>
    /// <param name="cells">G, at least 1.</param>
    /// <param name="positions">n.</param>
    /// <returns>[G, n].</returns>
    public static double[,] Averages(int cells, int positions)
    {
        double[,] shares = Shares(cells, positions);
        for (int cell = 0; cell < cells; cell++)
        {
            for (int position = 0; position < positions; position++)
            {
                shares[cell, position] *= (double)cells / positions;
            }
        }

        return shares;
    }
}
