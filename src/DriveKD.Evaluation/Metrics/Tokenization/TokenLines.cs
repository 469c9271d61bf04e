namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>Gathers tokens line by line. Texts repeat their words: each distinct token is one string.</summary>
internal sealed class TokenLines(bool lowerCase)
{
    private readonly List<IReadOnlyList<string>> _lines = [];
    private readonly Dictionary<string, string> _pool = new(StringComparer.Ordinal);
    private List<string> _line = [];

    /// <summary>Adds a token as it stands in the text.</summary>
    public void Add(ReadOnlySpan<char> token)
    {
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup = _pool.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(token, out string? pooled))
        {
            string text = token.ToString();
            pooled = lowerCase ? JavaLowerCase.Convert(text) : text;
            _pool.Add(text, pooled);
        }

        _line.Add(pooled);
    }

    public void EndLine()
    {
        _lines.Add(_line);
        _line = [];
    }

    /// <summary>All lines; the last one need not have been ended.</summary>
    public IReadOnlyList<IReadOnlyList<string>> ToList() => [.. _lines, _line];
}
