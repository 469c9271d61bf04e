namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>
/// How often each pair of neighbouring tokens occurs in a text, and in which words. The most frequent pair is found without looking at
/// all of them: the queue may hold counts that have changed since, and those are passed over.
/// </summary>
internal sealed class PairCounts
{
    private readonly Dictionary<(string Left, string Right), long> _counts = [];
    private readonly Dictionary<(string Left, string Right), HashSet<int>> _words = [];
    private readonly PriorityQueue<(string Left, string Right), Rank> _queue = new();

    /// <summary>Counts the pairs of a word.</summary>
    /// <param name="word">Its index.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="times">How often the word occurs; negative takes it out.</param>
    public void Add(int word, IReadOnlyList<string> tokens, long times)
    {
        for (int i = 0; i + 1 < tokens.Count; i++)
        {
            (string, string) pair = (tokens[i], tokens[i + 1]);
            long count = _counts.GetValueOrDefault(pair) + times;
            _counts[pair] = count;
            if (count > 0)
            {
                _queue.Enqueue(pair, new Rank(count, pair));
            }

            if (times > 0)
            {
                if (!_words.TryGetValue(pair, out HashSet<int>? words))
                {
                    _words.Add(pair, words = []);
                }

                words.Add(word);
            }
        }
    }

    /// <summary>The most frequent pair, of equally frequent ones the first by code units; null where none is as frequent as asked.</summary>
    /// <param name="least">The least count.</param>
    public (string Left, string Right)? MostFrequent(long least)
    {
        while (_queue.TryPeek(out (string Left, string Right) pair, out Rank rank))
        {
            if (rank.Count == _counts[pair])
            {
                return rank.Count >= least ? pair : null;
            }

            _queue.Dequeue();
        }

        return null;
    }

    /// <summary>The words in which a pair has occurred, in order.</summary>
    public int[] WordsOf((string Left, string Right) pair) => [.. _words[pair].Order()];

    private readonly record struct Rank(long Count, (string Left, string Right) Pair) : IComparable<Rank>
    {
        public int CompareTo(Rank other)
        {
            int order = other.Count.CompareTo(Count);
            order = order != 0 ? order : string.CompareOrdinal(Pair.Left, other.Pair.Left);
            return order != 0 ? order : string.CompareOrdinal(Pair.Right, other.Pair.Right);
        }
    }
}
