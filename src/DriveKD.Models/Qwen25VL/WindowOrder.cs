namespace DriveKD.Models.Qwen25VL;

/// <summary>
/// The order in which the tower works on the units of several pictures: window after window, so that what attends among itself stands
/// together. Units count through all pictures, row by row within each.
/// </summary>
internal sealed class WindowOrder
{
    private WindowOrder(long[] units, IReadOnlyList<int> windowLengths, IReadOnlyList<int> pictureLengths) =>
        (Units, WindowLengths, PictureLengths) = (units, windowLengths, pictureLengths);

    /// <summary>The unit that stands at each place.</summary>
    public IReadOnlyList<long> Units { get; }

    /// <summary>Patches of each window, in this order.</summary>
    public IReadOnlyList<int> WindowLengths { get; }

    /// <summary>Patches of each picture.</summary>
    public IReadOnlyList<int> PictureLengths { get; }

    /// <summary>The order for pictures that follow each other.</summary>
    /// <param name="grids">Their patches.</param>
    /// <param name="config">Sides of units and windows.</param>
    /// <exception cref="ArgumentException">A grid cannot be cut into units, or a window holds none.</exception>
    public static WindowOrder Of(IReadOnlyList<PatchGrid> grids, Qwen25VLVisionConfig config)
    {
        if (config.WindowSide < 1)
        {
            throw new ArgumentException(
                $"A window of {config.WindowSize} pixels holds no unit of {config.MergeSize} patches of {config.PatchSize} pixels.", nameof(config));
        }

        List<long> units = [];
        List<int> windowLengths = [];
        long first = 0;
        foreach (PatchGrid grid in grids)
        {
            (int rows, int columns) = grid.Merged(config.MergeSize);
            for (int top = 0; top < rows; top += config.WindowSide)
            {
                for (int left = 0; left < columns; left += config.WindowSide)
                {
                    int before = units.Count;
                    // Windows at the lower and right edges hold what is left of the picture.
                    (int bottom, int right) = (Math.Min(top + config.WindowSide, rows), Math.Min(left + config.WindowSide, columns));
                    for (int row = top; row < bottom; row++)
                    {
                        for (int column = left; column < right; column++)
                        {
                            units.Add(first + ((long)row * columns) + column);
                        }
                    }

                    windowLengths.Add((units.Count - before) * config.PatchesPerUnit);
                }
            }

            first += (long)rows * columns;
        }

        return new WindowOrder([.. units], windowLengths, [.. grids.Select(grid => grid.Patches)]);
    }

    /// <summary>The place at which each unit stands.</summary>
    public long[] Places()
    {
        long[] places = new long[Units.Count];
        for (int place = 0; place < places.Length; place++)
        {
            places[Units[place]] = place;
        }

        return places;
    }
}
