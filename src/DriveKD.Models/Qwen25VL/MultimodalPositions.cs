namespace DriveKD.Models.Qwen25VL;

/// <summary>
/// Positions of tokens in time, height and width (M-RoPE). Text counts on in all three alike; a picture has one time and the rows and columns of
/// its units, counted from where the text before it ends; what follows starts above everything before. Matches get_rope_index of transformers.
/// </summary>
public static class MultimodalPositions
{
    /// <summary>Positions of one sequence without padding.</summary>
    /// <param name="isImage_T">true where a token is a picture's unit.</param>
    /// <param name="mergedGrids">Units of each picture. Runs of slots are cut by them: two pictures may stand without text between them.</param>
    /// <returns>[3, T]: time, height, width.</returns>
    /// <exception cref="ArgumentException">Slots and pictures do not add up.</exception>
    public static long[,] Of(IReadOnlyList<bool> isImage_T, IReadOnlyList<(int Rows, int Columns)> mergedGrids)
    {
        long[,] positions_3T = new long[3, isImage_T.Count];
        long next = 0;
        int picture = 0;
        int token = 0;
        while (token < isImage_T.Count)
        {
            if (!isImage_T[token])
            {
                (positions_3T[0, token], positions_3T[1, token], positions_3T[2, token]) = (next, next, next);
                next++;
                token++;
                continue;
            }

            if (picture == mergedGrids.Count)
            {
                throw new ArgumentException(
                    $"Token {token} is an image slot, but the slots of all {picture} pictures stand before it.", nameof(isImage_T));
            }

            (int rows, int columns) = mergedGrids[picture];
            RequireSlots(isImage_T, token, picture, rows, columns);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++, token++)
                {
                    (positions_3T[0, token], positions_3T[1, token], positions_3T[2, token]) = (next, next + row, next + column);
                }
            }

            next += Math.Max(rows, columns);
            picture++;
        }

        return picture == mergedGrids.Count
            ? positions_3T
            : throw new ArgumentException(
                $"The sequence has image slots for {picture} pictures, there are {mergedGrids.Count}.", nameof(mergedGrids));
    }

    /// <summary>The position, in all three, of the token that follows: one above the greatest.</summary>
    /// <param name="positions_3T">What <see cref="Of"/> gave.</param>
    public static long NextAfter(long[,] positions_3T)
    {
        long greatest = -1;
        foreach (long position in positions_3T)
        {
            greatest = Math.Max(greatest, position);
        }

        return greatest + 1;
    }

    private static void RequireSlots(IReadOnlyList<bool> isImage_T, int start, int picture, int rows, int columns)
    {
        if (rows < 1 || columns < 1)
        {
            throw new ArgumentException($"Picture {picture} has {rows} x {columns} units; at least one is expected.", nameof(rows));
        }

        long needed = (long)rows * columns;
        int found = 0;
        while (found < needed && start + found < isImage_T.Count && isImage_T[start + found])
        {
            found++;
        }

        if (found < needed)
        {
            throw new ArgumentException(
                $"From token {start} on there are {found} image slots, picture {picture} of {rows} x {columns} units needs {needed}.",
                nameof(isImage_T));
        }
    }
}
