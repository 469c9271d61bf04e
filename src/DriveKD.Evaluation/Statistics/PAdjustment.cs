namespace DriveKD.Evaluation.Statistics;

/// <summary>Adjusts the p values of comparisons that are looked at together.</summary>
public static class PAdjustment
{
    /// <summary>Adjusts by a named correction.</summary>
    /// <param name="correction">Which.</param>
    /// <param name="values">p values, each from 0 to 1.</param>
    /// <returns>In the order of <paramref name="values"/>; empty for none.</returns>
    public static IReadOnlyList<double> Adjust(Correction correction, IReadOnlyList<double> values) => correction switch
    {
        Correction.Holm => Holm(values),
        Correction.BenjaminiHochberg => BenjaminiHochberg(values),
        _ => throw new ArgumentOutOfRangeException(nameof(correction), correction, null),
    };

    /// <summary>By Holm (1979): the chance of one or more wrong findings stays below the level, however the tests depend on each other.</summary>
    /// <param name="values">p values, each from 0 to 1.</param>
    /// <returns>In the order of <paramref name="values"/>.</returns>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> values)
    {
        int[] order = Ascending(values);
        double[] adjusted = new double[values.Count];
        double largest = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * values[order[rank]]));
            adjusted[order[rank]] = largest;
        }

        return adjusted;
    }

    /// <summary>By Benjamini and Hochberg (1995): the expected share of wrong findings stays below the level, for independent or positively dependent tests.</summary>
    /// <param name="values">p values, each from 0 to 1.</param>
    /// <returns>In the order of <paramref name="values"/>.</returns>
    public static IReadOnlyList<double> BenjaminiHochberg(IReadOnlyList<double> values)
    {
        int[] order = Ascending(values);
        double[] adjusted = new double[values.Count];
        double smallest = 1;
        for (int rank = order.Length - 1; rank >= 0; rank--)
        {
            smallest = Math.Min(smallest, values[order[rank]] * ((double)order.Length / (rank + 1)));
            adjusted[order[rank]] = smallest;
        }

        return adjusted;
    }

    private static int[] Ascending(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        for (int i = 0; i < values.Count; i++)
        {
            if (!(values[i] >= 0 && values[i] <= 1))
            {
                throw new ArgumentException($"Value {i} is {values[i]}; p values from 0 to 1 are expected.", nameof(values));
            }
        }

        return [.. Enumerable.Range(0, values.Count).OrderBy(index => values[index])];
    }
}
