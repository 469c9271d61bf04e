namespace DriveKD.Evaluation.Metrics;

/// <summary>The n-grams of one text, by order: distinct numbers in rising order, and how often each occurs.</summary>
internal sealed class NGramCounts
{
    private readonly int[][] _numbers;
    private readonly int[][] _counts;

    public NGramCounts(int[][] byOrder)
    {
        Words = byOrder[0].Length;
        _numbers = new int[byOrder.Length][];
        _counts = new int[byOrder.Length][];
        for (int order = 0; order < byOrder.Length; order++)
        {
            int[] sorted = [.. byOrder[order]];
            Array.Sort(sorted);
            List<int> numbers = [];
            List<int> counts = [];
            foreach (int number in sorted)
            {
                if (numbers.Count > 0 && numbers[^1] == number)
                {
                    counts[^1]++;
                }
                else
                {
                    numbers.Add(number);
                    counts.Add(1);
                }
            }

            _numbers[order] = [.. numbers];
            _counts[order] = [.. counts];
        }
    }

    /// <summary>Words of the text.</summary>
    public int Words { get; }

    /// <summary>The distinct n-grams of an order, counted from 0, in rising order.</summary>
    public int[] Numbers(int order) => _numbers[order];

    /// <summary>How often each occurs.</summary>
    public int[] Counts(int order) => _counts[order];

    /// <summary>N-grams of an order, counted from 0, repetitions too.</summary>
    public int Total(int order) => Math.Max(0, Words - order);

    /// <summary>What BLEU counts of a prediction and its reference.</summary>
    public static BleuStatistics Compare(NGramCounts prediction, NGramCounts reference) => new(
        prediction.Words,
        reference.Words,
        Common(prediction, reference, 0),
        Common(prediction, reference, 1),
        Common(prediction, reference, 2),
        Common(prediction, reference, 3),
        prediction.Total(0),
        prediction.Total(1),
        prediction.Total(2),
        prediction.Total(3));

    private static long Common(NGramCounts prediction, NGramCounts reference, int order)
    {
        (int[] left, int[] right) = (prediction._numbers[order], reference._numbers[order]);
        (long common, int l, int r) = (0, 0, 0);
        while (l < left.Length && r < right.Length)
        {
            if (left[l] == right[r])
            {
                common += Math.Min(prediction._counts[order][l++], reference._counts[order][r++]);
            }
            else if (left[l] < right[r])
            {
                l++;
            }
            else
            {
                r++;
            }
        }

        return common;
    }
}
