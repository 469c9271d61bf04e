using System.Runtime.InteropServices;

namespace DriveKD.Evaluation.Metrics;

/// <summary>Numbers the n-grams of a corpus: an n-gram is known by the number of its first n - 1 words and by its last word.</summary>
internal sealed class NGramVocabulary
{
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Before, int Word), int> _longer = [];

    /// <summary>How many distinct n-grams there are: every number is below this.</summary>
    public int Size { get; private set; }

    /// <summary>Counts the n-grams of a tokenised text. Words end at any white space, no-break spaces too.</summary>
    public NGramCounts Count(string tokens)
    {
        List<int> words = [];
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (Range range in Words(tokens))
        {
            ReadOnlySpan<char> word = tokens.AsSpan(range);
            if (!lookup.TryGetValue(word, out int number))
            {
                number = Size++;
                lookup[word] = number;
            }

            words.Add(number);
        }

        int[] last = [.. words];
        int[][] byOrder = new int[BleuStatistics.Orders][];
        byOrder[0] = last;
        for (int order = 1; order < byOrder.Length; order++)
        {
            int[] longer = new int[Math.Max(last.Length - 1, 0)];
            for (int i = 0; i < longer.Length; i++)
            {
                longer[i] = NumberOf(last[i], words[i + order]);
            }

            byOrder[order] = longer;
            last = longer;
        }

        return new NGramCounts(byOrder);
    }

    private int NumberOf(int before, int word)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_longer, (before, word), out bool isKnown);
        if (!isKnown)
        {
            number = Size++;
        }

        return number;
    }

    private static IEnumerable<Range> Words(string tokens)
    {
        int start = 0;
        for (int i = 0; i <= tokens.Length; i++)
        {
            if (i < tokens.Length && !char.IsWhiteSpace(tokens[i]))
            {
                continue;
            }

            if (i > start)
            {
                yield return start..i;
            }

            start = i + 1;
        }
    }
}
