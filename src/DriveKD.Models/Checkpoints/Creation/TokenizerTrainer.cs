using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Unicode;

using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>
/// Trains a byte-level BPE tokenizer (Sennrich et al. 2016; on bytes as GPT-2 does) of the Qwen2 kind: text is brought to NFC and cut by
/// Qwen2's expression into words, and the most frequent pair of neighbouring tokens becomes one until the limit is reached. The same text
/// gives the same tokenizer: of equally frequent pairs the first by code units wins.
/// </summary>
public static class TokenizerTrainer
{
    /// <summary>Trains.</summary>
    /// <param name="lines">The text; special tokens in it are known already and are left out.</param>
    /// <param name="options">How; every word becomes one token where null.</param>
    /// <exception cref="InputException">The text holds nothing to learn, or half a surrogate pair; the limit is smaller than the ids that every tokenizer has.</exception>
    public static TrainedTokenizer Train(IEnumerable<string> lines, TokenizerTrainingOptions? options = null)
    {
        IReadOnlyList<(string Content, bool IsSpecial)> added = SmallTokenizer.AddedTokens((options?.Family ?? ModelFamilies.All[0]).Creation.AddedTokens);
        int? limit = options?.VocabularyLimit;
        int fixedIds = SmallTokenizer.Bytes.Count + added.Count;
        if (limit < fixedIds)
        {
            throw new InputException("vocabulary limit", $"is {limit}; the 256 bytes and the added tokens alone are {fixedIds}.");
        }

        (string Word, long Times)[] words = CountWords(lines, added);
        if (words.Length == 0)
        {
            throw new InputException("text for the tokenizer", "holds no word; one sentence a line is expected.");
        }

        List<string> vocabulary = [.. SmallTokenizer.Bytes];
        HashSet<string> known = [.. vocabulary];
        Dictionary<(string Left, string Right), int> ranks = [];
        List<string>[] tokens = [.. words.Select(word => Encoding.UTF8.GetBytes(word.Word).Select(value => ByteLevelAlphabet.ToCharacter(value).ToString()).ToList())];
        PairCounts counts = new();
        for (int i = 0; i < words.Length; i++)
        {
            counts.Add(i, tokens[i], words[i].Times);
        }

        // Without a limit a pair that occurs once is merged too: that is how every word becomes whole.
        long least = limit is null ? 1 : 2;
        int mostTokens = limit - added.Count ?? int.MaxValue;
        while (vocabulary.Count < mostTokens && counts.MostFrequent(least) is { } pair)
        {
            ranks.Add(pair, ranks.Count);
            if (known.Add(pair.Left + pair.Right))
            {
                vocabulary.Add(pair.Left + pair.Right);
            }

            foreach (int word in counts.WordsOf(pair))
            {
                counts.Add(word, tokens[word], -words[word].Times);
                Merge(tokens[word], ranks);
                counts.Add(word, tokens[word], words[word].Times);
            }
        }

        return new TrainedTokenizer
        {
            Vocabulary = vocabulary,
            Merges = [.. ranks.OrderBy(entry => entry.Value).Select(entry => entry.Key)],
            Words = [.. words.Select((word, index) => (word.Word, (IReadOnlyList<string>)tokens[index]))],
        };
    }

    /// <summary>
    /// Merges as an encoder does: always the pair that was learned first, until none is left. A token that two merges make can form pairs
    /// that were learned before it; they merge at once.
    /// </summary>
    private static void Merge(List<string> tokens, Dictionary<(string Left, string Right), int> ranks)
    {
        while (true)
        {
            int best = int.MaxValue;
            (string Left, string Right) pair = default;
            for (int i = 0; i + 1 < tokens.Count; i++)
            {
                if (ranks.TryGetValue((tokens[i], tokens[i + 1]), out int rank) && rank < best)
                {
                    (best, pair) = (rank, (tokens[i], tokens[i + 1]));
                }
            }

            if (best == int.MaxValue)
            {
                return;
            }

            for (int i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i] == pair.Left && tokens[i + 1] == pair.Right)
                {
                    tokens[i] += pair.Right;
                    tokens.RemoveAt(i + 1);
                }
            }
        }
    }

    private static (string Word, long Times)[] CountWords(IEnumerable<string> lines, IReadOnlyList<(string Content, bool IsSpecial)> added)
    {
        AddedTokenMatcher special = new([.. added.Select((token, index) => new AddedToken(index, token.Content, token.IsSpecial))]);
        Qwen2PreTokenizer cutter = new();
        Dictionary<string, long> counts = [];
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            RequireWellFormed(line, number);
            foreach ((int start, int length, AddedToken? token) in special.Split(line, matchSpecialTokens: true))
            {
                string text = token is null ? Nfc.Normalize(line.Substring(start, length)) : string.Empty;
                foreach ((int offset, int size) in cutter.PreTokenize(text))
                {
                    string word = text.Substring(offset, size);
                    counts[word] = counts.GetValueOrDefault(word) + 1;
                }
            }
        }

        return [.. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value))];
    }

    private static void RequireWellFormed(string line, int number)
    {
        for (int i = 0; i < line.Length; i++)
        {
            bool isPair = i + 1 < line.Length && char.IsSurrogatePair(line[i], line[i + 1]);
            if (char.IsSurrogate(line[i]) && !isPair)
            {
                throw new InputException($"text for the tokenizer, line {number}", $"holds half a surrogate pair at position {i}; it is no character.");
            }

            i += isPair ? 1 : 0;
        }
    }
}
