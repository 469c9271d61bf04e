using System.Globalization;
using System.Text;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>
/// Small letters as Java's <c>toLowerCase</c> makes them: Unicode's full mapping. It differs from .NET's letter-by-letter mapping in
/// two characters: a capital sigma at the end of a word, and a capital I with a dot.
/// </summary>
internal static class JavaLowerCase
{
    private const char CapitalSigma = '\u03A3';
    private const char FinalSigma = '\u03C2';
    private const char DottedCapitalI = '\u0130';

    public static string Convert(string text)
    {
        if (text.AsSpan().IndexOfAny(CapitalSigma, DottedCapitalI) < 0)
        {
            return text.ToLowerInvariant();
        }

        StringBuilder lower = new(text.Length + 1);
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            _ = character switch
            {
                CapitalSigma when EndsWord(text, i) => lower.Append(FinalSigma),
                DottedCapitalI => lower.Append("i\u0307"),
                _ => lower.Append(char.ToLowerInvariant(character)),
            };
        }

        return lower.ToString();
    }

    /// <summary>A cased letter stands before the sigma and none behind it; marks and apostrophes between do not count.</summary>
    private static bool EndsWord(string text, int sigma)
    {
        int before = sigma - 1;
        while (before >= 0 && IsIgnored(text[before]))
        {
            before--;
        }

        int after = sigma + 1;
        while (after < text.Length && IsIgnored(text[after]))
        {
            after++;
        }

        return before >= 0 && IsCased(text[before]) && !(after < text.Length && IsCased(text[after]));
    }

    private static bool IsCased(char character) => CharUnicodeInfo.GetUnicodeCategory(character)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnored(char character) => character is '\'' or '\u2019' or '.' or ':' or '\u00B7'
        || CharUnicodeInfo.GetUnicodeCategory(character)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
