using DriveKD.Models.Qwen25VL;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Where sequences of patches end, in the forms that the reference has them.</summary>
internal static class WindowEnds
{
    /// <summary>0, then the end of each sequence.</summary>
    /// <param name="lengths">Patches of the sequences.</param>
    public static long[] Of(IEnumerable<int> lengths)
    {
        long end = 0;
        return [0, .. lengths.Select(length => end += length)];
    }

    /// <summary>
    /// The same of all windows that the reference forms. It pads a picture to whole windows, by one more where the picture is made of whole
    /// ones, so that windows without any patch are among them: these repeat an end.
    /// </summary>
    /// <param name="grids">The pictures' patches.</param>
    /// <param name="config">Sides of units and windows.</param>
    public static long[] WithEmptyWindows(IReadOnlyList<PatchGrid> grids, Qwen25VLVisionConfig config)
    {
        List<int> lengths = [];
        foreach (PatchGrid grid in grids)
        {
            (int rows, int columns) = grid.Merged(config.MergeSize);
            int[] heights = Sides(rows, config.WindowSide);
            int[] widths = Sides(columns, config.WindowSide);
            lengths.AddRange(heights.SelectMany(height => widths.Select(width => height * width * config.PatchesPerUnit)));
        }

        return Of(lengths);
    }

    private static int[] Sides(int units, int side) =>
        [.. Enumerable.Range(0, (units / side) + 1).Select(window => Math.Min(side, units - (window * side)))];
}
