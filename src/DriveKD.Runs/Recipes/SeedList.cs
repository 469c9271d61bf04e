using System.Globalization;

namespace DriveKD.Runs.Recipes;

/// <summary>Seeds as a recipe writes them: numbers, and spans of them.</summary>
internal static class SeedList
{
    /// <summary>The form of an item.</summary>
    public const string Pattern = "(0|[1-9][0-9]{0,8})(-[1-9][0-9]{0,8})?";

    /// <summary>The form of an item, in words.</summary>
    public const string Expected = "a seed such as 7, or a span such as 1-8";

    /// <summary>More are a slip of the pen.</summary>
    private const int MostOfSpan = 10_000;

    /// <summary>The seeds in order, repetitions included.</summary>
    /// <param name="items">Of the form.</param>
    public static IReadOnlyList<long> Parse(IEnumerable<string> items) => [.. items.SelectMany(Span)];

    /// <summary>What is wrong with a list, in words; null where nothing is.</summary>
    /// <param name="items">Of the form.</param>
    public static string? FindFault(IReadOnlyList<string> items)
    {
        foreach (string item in items)
        {
            (long first, long last) = Ends(item);
            if (last < first || last - first >= MostOfSpan)
            {
                return $"the span {item} does not rise, or holds more than {MostOfSpan} seeds";
            }
        }

        long[] twice = [.. Parse(items).GroupBy(seed => seed).Where(same => same.Count() > 1).Select(same => same.Key)];
        return twice.Length == 0 ? null : $"{string.Join(" and ", twice)}: written twice; each seed is run once";
    }

    private static IEnumerable<long> Span(string item)
    {
        (long first, long last) = Ends(item);
        for (long seed = first; seed <= last && seed - first < MostOfSpan; seed++)
        {
            yield return seed;
        }
    }

    private static (long First, long Last) Ends(string item)
    {
        string[] ends = item.Split('-');
        long first = long.Parse(ends[0], CultureInfo.InvariantCulture);
        return (first, ends.Length == 1 ? first : long.Parse(ends[1], CultureInfo.InvariantCulture));
    }
}
