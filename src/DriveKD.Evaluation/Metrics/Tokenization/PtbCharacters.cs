using System.Buffers;
using System.Globalization;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>What the tokenizer takes a character for.</summary>
internal static class PtbCharacters
{
    /// <summary>What ends a line, besides the line feed.</summary>
    public static SearchValues<char> LineEnds { get; } = SearchValues.Create("\n\r\u000B\u000C\u2028\u2029");

    public static bool IsLineEnd(char character) => character is '\n' or '\r' or '\u000B' or '\u000C' or '\u2028' or '\u2029';

    /// <summary>Blank inside a line.</summary>
    public static bool IsBlank(char character) =>
        character is ' ' or '\t' or '\u200B' || (character > '\u007F' && character != '\u0085' && char.IsWhiteSpace(character) && !IsLineEnd(character));

    public static bool IsSpace(char character) => IsBlank(character) || IsLineEnd(character);

    public static bool IsAsciiLetterOrDigit(char character) => char.IsAsciiLetterOrDigit(character);

    /// <summary>A letter; combining marks go with the letter before them.</summary>
    public static bool IsLetter(char character) => character <= '\u007F' ? char.IsAsciiLetter(character) : char.IsLetter(character);

    /// <summary>A decimal digit of any script; raised and lowered digits are none.</summary>
    public static bool IsDigit(char character) => character <= '\u007F' ? char.IsAsciiDigit(character) : char.IsDigit(character);

    public static bool IsLetterOrDigit(char character) => IsLetter(character) || IsDigit(character);

    public static bool IsMark(char character) => character > '\u02FF'
        && CharUnicodeInfo.GetUnicodeCategory(character)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    public static bool IsApostrophe(char character) => character is '\'' or '\u2019';

    public static bool IsHyphen(char character) => character is '-' or '\u2010' or '\u2011';

    /// <summary>Neither token nor blank: it vanishes, but separates.</summary>
    public static bool Vanishes(char character) =>
        char.IsSurrogate(character)
        || character is '\uFFFD' or '\u2027'
        || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format;
}
