using static DriveKD.Evaluation.Metrics.Tokenization.PtbCharacters;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>What begins with neither letter nor digit: punctuation, quotes, brackets, signs.</summary>
internal sealed class PtbSymbolRules(string text)
{
    private const string Opening = "``";
    private const string Closing = "''";
    private const string Dashes = "--";
    private const string Ellipsis = "...";

    private readonly PtbWebRules _web = new(text);

    public TokenMatch Match(int position)
    {
        char first = text[position];
        TokenMatch best = first is '-' or '+' or '.' or ',' or ':' ? PtbNumberRules.Match(text, position) : default;
        best = best.OrLonger(Smiley(position));
        best = best.OrLonger(first switch
        {
            '<' => _web.Markup(position),
            '@' or '#' => _web.Name(position),
            '&' => Entity(position),
            '\'' or '\u2019' => Apostrophe(position),
            '"' => Quote(position, 1),
            '(' => PtbNumberRules.Telephone(text, position),
            '`' => PtbScan.At(text, position + 1) == '`' ? new TokenMatch(2) : default,
            '.' => Periods(position),
            '-' => Hyphens(position),
            _ => default,
        });
        best = best.OrLonger(Run(position));
        return best.OrLonger(Single(first));
    }

    private TokenMatch Run(int position)
    {
        char first = text[position];
        int end = position;
        if (first is '!' or '?')
        {
            while (PtbScan.At(text, end) is '!' or '?')
            {
                end++;
            }
        }
        else if (first is '*' or '#' or '_')
        {
            end = PtbScan.Run(text, position, first);
        }

        return new TokenMatch(end - position);
    }

    private static TokenMatch Single(char first) => first switch
    {
        '(' => TokenMatch.Replace(1, "-LRB-"),
        ')' => TokenMatch.Replace(1, "-RRB-"),
        '[' => TokenMatch.Replace(1, "-LSB-"),
        ']' => TokenMatch.Replace(1, "-RSB-"),
        '{' => TokenMatch.Replace(1, "-LCB-"),
        '}' => TokenMatch.Replace(1, "-RCB-"),
        '\u20AC' => TokenMatch.Replace(1, "$"),
        '\u00A3' => TokenMatch.Replace(1, "#"),
        '\u00BD' => TokenMatch.Replace(1, "1/2"),
        '\u00BC' => TokenMatch.Replace(1, "1/4"),
        '\u00BE' => TokenMatch.Replace(1, "3/4"),
        '\u2153' => TokenMatch.Replace(1, "1/3"),
        '\u2154' => TokenMatch.Replace(1, "2/3"),
        '\u2013' or '\u2014' or '\u2015' or '\u0096' or '\u0097' => TokenMatch.Replace(1, Dashes),
        '\u2026' or '\u0085' => TokenMatch.Replace(1, Ellipsis),
        '\u201C' or '\u00AB' or '\u0093' => TokenMatch.Replace(1, Opening),
        '\u201D' or '\u00BB' or '\u0094' => TokenMatch.Replace(1, Closing),
        '\u2018' or '\u201B' or '\u2039' or '\u0091' => TokenMatch.Replace(1, "`"),
        '\u203A' or '\u0092' => TokenMatch.Replace(1, "'"),
        _ => new TokenMatch(1),
    };

    private TokenMatch Periods(int position)
    {
        int run = PtbScan.Run(text, position, '.') - position;
        return run >= 3 ? TokenMatch.Replace(run, Ellipsis)
            : PtbScan.Stands(text, position, ". . .") ? TokenMatch.Replace(5, Ellipsis)
            : default;
    }

    private TokenMatch Hyphens(int position)
    {
        // Escapes that already stand in the text.
        if (position + 5 <= text.Length && text.AsSpan(position, 5) is "-LRB-" or "-RRB-" or "-LSB-" or "-RSB-" or "-LCB-" or "-RCB-"
                or "-lrb-" or "-rrb-" or "-lsb-" or "-rsb-" or "-lcb-" or "-rcb-")
        {
            return new TokenMatch(5);
        }

        int run = PtbScan.Run(text, position, '-') - position;
        return run is >= 2 and <= 4 ? TokenMatch.Replace(run, Dashes) : new TokenMatch(run);
    }

    private TokenMatch Quote(int position, int length)
    {
        char next = PtbScan.At(text, position + length);
        return TokenMatch.Replace(length, char.IsAsciiLetterOrDigit(next) || next == '$' ? Opening : Closing);
    }

    private TokenMatch Entity(int position) =>
        Stands(position, "&amp;") ? TokenMatch.Replace(5, "&")
        : Stands(position, "&lt;") ? TokenMatch.Replace(4, "<")
        : Stands(position, "&gt;") ? TokenMatch.Replace(4, ">")
        : Stands(position, "&quot;") ? Quote(position, 6)
        : Stands(position, "&apos;") ? TokenMatch.Replace(6, "'")
        : default;

    private TokenMatch Apostrophe(int position)
    {
        int clitic = Clitic(position);
        if (clitic > 0)
        {
            return TokenMatch.Replace(clitic, string.Concat("'", text.AsSpan(position + 1, clitic - 1)));
        }

        if (text[position] == '\u2019')
        {
            return TokenMatch.Replace(1, "'");
        }

        if (PtbScan.At(text, position + 1) == '\'')
        {
            return TokenMatch.Replace(2, Closing);
        }

        foreach (string word in (string[])["'tis", "'twas"])
        {
            if (PtbScan.Stands(text, position, word) && !IsLetterOrDigit(PtbScan.At(text, position + word.Length)))
            {
                return new TokenMatch(word.Length, TokenForm.Split) { Cut = 2 };
            }
        }

        bool opens = IsLetter(PtbScan.At(text, position + 1)) && position + 2 < text.Length;
        return TokenMatch.Replace(1, opens ? "`" : "'");
    }

    /// <summary>The length of a clitic or of a word that keeps its apostrophe; 0 where none stands.</summary>
    private int Clitic(int position)
    {
        char next = char.ToLowerInvariant(PtbScan.At(text, position + 1));
        if (next == 'n' && IsApostrophe(PtbScan.At(text, position + 2)))
        {
            return 3;
        }

        if (next is 's' or 'm' or 'd' or 'n' && !IsLetterOrDigit(PtbScan.At(text, position + 2)))
        {
            return 2;
        }

        int year = Year(position);
        if (year > 0)
        {
            return year;
        }

        foreach (string word in (string[])["re", "ve", "ll", "em", "til", "cause"])
        {
            int end = position + 1 + word.Length;
            if (PtbScan.Stands(text, position + 1, word) && !IsLetterOrDigit(PtbScan.At(text, end)))
            {
                return word is "re" or "ve" or "ll" && IsLostAtTheEnd(position, end) ? 0 : end - position;
            }
        }

        return 0;
    }

    /// <summary><c>'90s</c>; <c>'08</c> before white space.</summary>
    private int Year(int position)
    {
        if (!char.IsAsciiDigit(PtbScan.At(text, position + 1)) || !char.IsAsciiDigit(PtbScan.At(text, position + 2)))
        {
            return 0;
        }

        int end = position + 3;
        if (end < text.Length && IsSpace(text[end]))
        {
            return 3;
        }

        return PtbScan.Stands(text, position + 2, "0s") && !IsLetterOrDigit(PtbScan.At(text, position + 4)) ? 4 : 0;
    }

    /// <summary>At the very end of the text a clitic of two letters is not seen behind capitals or another clitic.</summary>
    private bool IsLostAtTheEnd(int position, int end)
    {
        if (end < text.Length || position == 0)
        {
            return false;
        }

        return char.IsUpper(text[position - 1]) || (position >= 2 && IsApostrophe(text[position - 2]));
    }

    private TokenMatch Smiley(int position)
    {
        int mouth = text[position] switch
        {
            ':' or ';' => PtbScan.At(text, position + 1) == '-' ? position + 2 : position + 1,
            '^' when PtbScan.Stands(text, position, "^_^") => position + 2,
            _ => -1,
        };
        if (mouth < 0 || mouth + 1 >= text.Length || !IsSpace(text[mouth + 1]))
        {
            return default;
        }

        string? escaped = text[mouth] switch
        {
            '(' => "-LRB-",
            ')' => "-RRB-",
            'D' => "D",
            '^' when text[position] == '^' => "^",
            _ => null,
        };
        return escaped is null ? default : TokenMatch.Replace(mouth + 1 - position, string.Concat(text.AsSpan(position, mouth - position), escaped));
    }

    private bool Stands(int position, string expected) => text.AsSpan(position).StartsWith(expected, StringComparison.Ordinal);
}
