using System.Buffers;

namespace DriveKD.Data.Text;

/// <summary>Finds added tokens in text: from left to right, the longest at a position.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly SearchValues<char> _firstCharacters;
    private readonly Dictionary<char, AddedToken[]> _longestFirst;

    /// <param name="tokens">Tokens with distinct contents, none empty.</param>
    public AddedTokenMatcher(IReadOnlyCollection<AddedToken> tokens)
    {
        _longestFirst = tokens
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
        _firstCharacters = SearchValues.Create([.. _longestFirst.Keys]);
    }

    /// <summary>Cuts the text into added tokens and the stretches between them; a stretch has no token and is never empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="matchSpecialTokens">
    /// Whether special tokens are cut out. Where they are not, their text still hides tokens inside it, as in the reference.
    /// </param>
    public IEnumerable<(int Start, int Length, AddedToken? Token)> Split(string text, bool matchSpecialTokens)
    {
        int stretch = 0;
        for (int position = 0; position < text.Length;)
        {
            int offset = text.AsSpan(position).IndexOfAny(_firstCharacters);
            if (offset < 0)
            {
                break;
            }

            position += offset;
            AddedToken? token = TokenAt(text, position);
            if (token is null || (token.IsSpecial && !matchSpecialTokens))
            {
                position += token?.Content.Length ?? 1;
                continue;
            }

            if (position > stretch)
            {
                yield return (stretch, position - stretch, null);
            }

            yield return (position, token.Content.Length, token);
            position += token.Content.Length;
            stretch = position;
        }

        if (stretch < text.Length)
        {
            yield return (stretch, text.Length - stretch, null);
        }
    }

    private AddedToken? TokenAt(string text, int position)
    {
        foreach (AddedToken token in _longestFirst[text[position]])
        {
            if (string.CompareOrdinal(text, position, token.Content, 0, token.Content.Length) == 0)
            {
                return token;
            }
        }

        return null;
    }
}
