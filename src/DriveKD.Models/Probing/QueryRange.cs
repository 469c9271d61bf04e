namespace DriveKD.Models.Probing;

/// <summary>Queries that follow each other, rows of an attention map.</summary>
/// <param name="Start">The first position.</param>
/// <param name="Count">How many, at least 1.</param>
public readonly record struct QueryRange(int Start, int Count)
{
    /// <summary>The positions at which any of several masks is true, as ranges in rising order.</summary>
    /// <param name="length">How many positions there are.</param>
    /// <param name="isWanted">Whether a position is wanted.</param>
    public static IReadOnlyList<QueryRange> Of(int length, Func<int, bool> isWanted)
    {
        List<QueryRange> ranges = [];
        int start = 0;
        while (start < length)
        {
            int end = start;
            while (end < length && isWanted(end) == isWanted(start))
            {
                end++;
            }

            if (isWanted(start))
            {
                ranges.Add(new QueryRange(start, end - start));
            }

            start = end;
        }

        return ranges;
    }
}
