using static DriveKD.Evaluation.Metrics.Tokenization.PtbCharacters;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>Markup, addresses, names with @ and #.</summary>
internal sealed class PtbWebRules(string text)
{
    private static readonly string[] _endings = [".com", ".net", ".org", ".edu"];

    // Runs of characters that may belong to an address are walked over once, not anew from each word inside them.
    private int _mailRunEnd;
    private int _hostRunEnd;

    // Up to here no comment ends: an answer of nothing but openings is read once.
    private int _openUntil;

    /// <summary>What begins with <c>&lt;</c>: comments, instructions, tags, an e-mail address in brackets.</summary>
    public TokenMatch Markup(int position)
    {
        int end = Comment(position);
        end = end > position ? end : Tag(position);
        if (end > position)
        {
            return new TokenMatch(end - position, TokenForm.KeptSpaces);
        }

        int mail = IsLetterOrDigit(PtbScan.At(text, position + 1)) ? Mail(position + 1) : position + 1;
        return mail > position + 1 && PtbScan.At(text, mail) == '>' ? new TokenMatch(mail + 1 - position) : default;
    }

    /// <summary>Addresses that begin with a letter or digit.</summary>
    public TokenMatch Address(int position)
    {
        TokenMatch best = new(Mail(position) - position);
        int begin = PtbScan.Stands(text, position, "http://") ? position + 7
            : PtbScan.Stands(text, position, "https://") ? position + 8
            : PtbScan.Stands(text, position, "www.") ? position + 4
            : -1;
        if (begin > 0)
        {
            int end = Path(begin);
            return end > begin ? best.OrLonger(new TokenMatch(end - position)) : best;
        }

        return best.OrLonger(new TokenMatch(Host(position) - position));
    }

    /// <summary><c>@name</c> or <c>#name</c>: a letter must follow.</summary>
    public TokenMatch Name(int position) =>
        char.IsAsciiLetter(PtbScan.At(text, position + 1)) ? new TokenMatch(PtbScan.AsciiWord(text, position + 1) - position) : default;

    private int Comment(int position)
    {
        if (PtbScan.At(text, position + 1) is not ('!' or '?') || position < _openUntil)
        {
            return position;
        }

        ReadOnlySpan<char> rest = text.AsSpan(position);

        int lineEnd = rest.IndexOfAny(LineEnds);
        rest = lineEnd < 0 ? rest : rest[..lineEnd];
        if (rest.StartsWith("<!--", StringComparison.Ordinal))
        {
            int close = rest[4..].IndexOf("-->", StringComparison.Ordinal);
            _openUntil = close < 0 ? position + rest.Length : _openUntil;
            return close < 0 ? position : position + 4 + close + 3;
        }

        int bracket = rest.StartsWith("<?", StringComparison.Ordinal) ? rest.IndexOf('>') : -1;
        return bracket < 0 ? position : position + bracket + 1;
    }

    /// <summary><c>&lt;name attribute="value" other/&gt;</c> or <c>&lt;/name&gt;</c>.</summary>
    private int Tag(int start)
    {
        int position = PtbScan.At(text, start + 1) == '/' ? start + 2 : start + 1;
        int end = TagName(position);
        if (end == position)
        {
            return start;
        }

        while (PtbScan.At(text, end) == ' ')
        {
            int attribute = TagName(end + 1);
            if (attribute == end + 1)
            {
                end++;
                break;
            }

            end = Value(attribute);
        }

        end = PtbScan.At(text, end) == '/' ? end + 1 : end;
        return PtbScan.At(text, end) == '>' ? end + 1 : start;
    }

    private int TagName(int position)
    {
        if (!char.IsAsciiLetter(PtbScan.At(text, position)))
        {
            return position;
        }

        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] is '_' or ':' or '.' or '-'))
        {
            position++;
        }

        return position;
    }

    private int Value(int position)
    {
        if (PtbScan.At(text, position) != '=' || PtbScan.At(text, position + 1) != '"')
        {
            return position;
        }

        int end = position + 2;
        while (end < text.Length && text[end] != '"' && !IsLineEnd(text[end]))
        {
            end++;
        }

        return PtbScan.At(text, end) == '"' ? end + 1 : position;
    }

    private int Mail(int position)
    {
        _mailRunEnd = RunEnd(position, _mailRunEnd, static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '%' or '+' or '-');
        if (PtbScan.At(text, _mailRunEnd) != '@' || _mailRunEnd == position)
        {
            return position;
        }

        int end = HostWord(_mailRunEnd + 1);
        if (end == _mailRunEnd + 1)
        {
            return position;
        }

        while (PtbScan.At(text, end) == '.' && HostWord(end + 1) is int next && next > end + 1)
        {
            end = next;
        }

        return end;
    }

    /// <summary>A host name of one of the common endings, with a path behind it if there is one.</summary>
    private int Host(int position)
    {
        _hostRunEnd = RunEnd(position, _hostRunEnd, static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
        int end = _hostRunEnd;
        while (end > position && text[end - 1] is '.' or '-')
        {
            end--;
        }

        if (end <= position || !EndsAsHost(text.AsSpan(position, end - position)))
        {
            return position;
        }

        return PtbScan.At(text, end) == '/' ? Math.Max(Path(end + 1), end) : end;
    }

    private int RunEnd(int position, int known, Func<char, bool> belongs)
    {
        if (position < known)
        {
            return known;
        }

        while (position < text.Length && belongs(text[position]))
        {
            position++;
        }

        return position;
    }

    private int HostWord(int position)
    {
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '-'))
        {
            position++;
        }

        return position;
    }

    private static bool EndsAsHost(ReadOnlySpan<char> run)
    {
        foreach (string ending in _endings)
        {
            if (run.Length > ending.Length && run.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What an address may hold, without the punctuation at its end.</summary>
    private int Path(int start)
    {
        int end = start;
        while (end < text.Length && !IsSpace(text[end]) && text[end] is not ('"' or '<' or '>' or '|' or '(' or ')'))
        {
            end++;
        }

        while (end > start && text[end - 1] is '.' or ',' or '!' or '?' or ';' or ':' or '{' or '}' or '-' or '\'')
        {
            end--;
        }

        return end;
    }
}
