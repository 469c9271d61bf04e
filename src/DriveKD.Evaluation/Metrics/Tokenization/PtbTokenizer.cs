namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>
/// The tokens that the published language metrics see: those of the Penn Treebank tokenizer of Stanford CoreNLP 3.4.1 with
/// <c>-preserveLines -lowerCase</c>, without the 17 tokens that count as punctuation. The rules are taken from recorded output;
/// docs/EVALUATION.md lists them, and every known deviation.
/// </summary>
public static class PtbTokenizer
{
    // The bracket escapes stand here in capitals, but tokens come in small letters: brackets are never removed. That is how it is published.
    private static readonly HashSet<string> _removed = new(StringComparer.Ordinal)
    {
        "''", "'", "``", "`", "-LRB-", "-RRB-", "-LCB-", "-RCB-", ".", "?", "!", ",", ":", "-", "--", "...", ";",
    };

    /// <summary>Tokenises all captions of one side of a comparison together: where a caption ends, its last tokens depend on how the next begins.</summary>
    /// <param name="captions">The captions, in order.</param>
    /// <param name="lines">What a line separator inside a caption does.</param>
    /// <returns>One text per caption: its tokens, joined by one space. A token may hold no-break spaces.</returns>
    public static string[] Tokenize(IReadOnlyList<string> captions, LineSeparators lines = LineSeparators.AsSpaces)
    {
        string joined = string.Join('\n', captions.Select(caption => OneLine(caption, lines)));
        IReadOnlyList<IReadOnlyList<string>> tokens = RawLines(joined);
        string[] kept = new string[captions.Count];
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = string.Join(' ', tokens[i].Where(token => !_removed.Contains(token)));
        }

        return kept;
    }

    /// <summary>Every token of every line of a text, punctuation too.</summary>
    /// <param name="text">Lines; separators are those of the tokenizer.</param>
    /// <param name="lowerCase">Tokens come in small letters, as the metrics ask for.</param>
    internal static IReadOnlyList<IReadOnlyList<string>> RawLines(string text, bool lowerCase = true)
    {
        TokenLines lines = new(lowerCase);
        new PtbLexer(text, lines).Run();
        return lines.ToList();
    }

    private static string OneLine(string caption, LineSeparators lines)
    {
        if (lines == LineSeparators.AsPublished)
        {
            return caption.Replace('\n', ' ');
        }

        return caption.AsSpan().ContainsAny(PtbCharacters.LineEnds)
            ? string.Create(caption.Length, caption, static (buffer, source) => source.AsSpan().ReplaceAny(buffer, PtbCharacters.LineEnds, ' '))
            : caption;
    }
}
