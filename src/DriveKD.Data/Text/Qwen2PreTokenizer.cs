using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace DriveKD.Data.Text;

/// <summary>
/// Cuts text as the regular expression of the Qwen2 tokenizers does, by code points. .NET's own regular expressions see UTF-16
/// units: letters and digits beyond the Basic Multilingual Plane would lose their category and be cut elsewhere.
/// </summary>
internal sealed class Qwen2PreTokenizer : PreTokenizer
{
    /// <summary>The regular expression this class follows.</summary>
    public const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private enum Kind
    {
        Letter,
        Number,
        Newline,
        WhiteSpace,
        Other,
    }

    /// <inheritdoc />
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    /// <inheritdoc />
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        List<(int Offset, int Length)> pieces = new((text.Length / 4) + 1);
        for (int start = 0; start < text.Length;)
        {
            int end = EndOfPiece(text, start);
            pieces.Add((start, end - start));
            start = end;
        }

        return pieces;
    }

    // The alternatives in the order of the pattern: the first that matches at the position wins.
    private static int EndOfPiece(ReadOnlySpan<char> text, int start)
    {
        int contraction = ContractionLength(text[start..]);
        if (contraction > 0)
        {
            return start + contraction;
        }

        Kind kind = KindAt(text, start, out int length);
        int next = start + length;
        switch (kind)
        {
            case Kind.Letter:
                return EndOfRun(text, next, Kind.Letter);
            case Kind.Number:
                return next;
            case Kind.Newline:
                return EndOfWhiteSpace(text, start);
        }

        // Any one character that is no letter, number or newline goes with the letters after it.
        if (next < text.Length && KindAt(text, next, out int letterLength) == Kind.Letter)
        {
            return EndOfRun(text, next + letterLength, Kind.Letter);
        }

        if (kind == Kind.Other)
        {
            return EndOfSymbols(text, next);
        }

        if (text[start] == ' ' && next < text.Length && KindAt(text, next, out int symbolLength) == Kind.Other)
        {
            return EndOfSymbols(text, next + symbolLength);
        }

        return EndOfWhiteSpace(text, start);
    }

    private static int EndOfRun(ReadOnlySpan<char> text, int position, Kind kind)
    {
        while (position < text.Length && KindAt(text, position, out int length) == kind)
        {
            position += length;
        }

        return position;
    }

    private static int EndOfSymbols(ReadOnlySpan<char> text, int position) => EndOfRun(text, EndOfRun(text, position, Kind.Other), Kind.Newline);

    // A run of white space ends behind its last newline; without one, before its last character where text follows,
    // because that character goes with the text; a single character is taken whole. White space lies in the BMP.
    private static int EndOfWhiteSpace(ReadOnlySpan<char> text, int start)
    {
        int end = start;
        int behindLastNewline = -1;
        while (end < text.Length && KindAt(text, end, out _) is Kind.WhiteSpace or Kind.Newline)
        {
            end++;
            if (text[end - 1] is '\r' or '\n')
            {
                behindLastNewline = end;
            }
        }

        if (behindLastNewline >= 0)
        {
            return behindLastNewline;
        }

        return end < text.Length && end - start > 1 ? end - 1 : end;
    }

    // The pattern ignores case by Unicode's rules, under which U+017F (long s) is an s.
    private static int ContractionLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'')
        {
            return 0;
        }

        char first = char.ToLowerInvariant(text[1]);
        if (first is 's' or 't' or 'm' or 'd' or '\u017F')
        {
            return 2;
        }

        char second = text.Length > 2 ? char.ToLowerInvariant(text[2]) : '\0';
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int position, out int length)
    {
        char unit = text[position];
        length = 1;
        if (unit is '\r' or '\n')
        {
            return Kind.Newline;
        }

        if (!char.IsSurrogate(unit))
        {
            return char.IsWhiteSpace(unit) ? Kind.WhiteSpace : KindOf(CharUnicodeInfo.GetUnicodeCategory(unit));
        }

        OperationStatus status = Rune.DecodeFromUtf16(text[position..], out Rune rune, out length);
        return status == OperationStatus.Done ? KindOf(Rune.GetUnicodeCategory(rune)) : Kind.Other;
    }

    private static Kind KindOf(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
        _ => Kind.Other,
    };
}
