using System.Globalization;
using System.Text;

namespace DriveKD.Evaluation.Judge;

/// <summary>
/// Reads the published form of a judge's reply: the number directly behind a <c>Total Score:</c>. Equal to the published parser:
/// one to three digits of any script, not followed by a letter, a number or an underscore; a place where no such number follows
/// is passed over; numbers above 100 are taken as they are.
/// </summary>
public static class OfficialReply
{
    private const string Marker = "Total Score:";
    private const int MostDigits = 3;

    /// <summary>Reads a score.</summary>
    /// <param name="reply">The judge's reply.</param>
    /// <returns>The score; null where there is none.</returns>
    public static int? ReadScore(string reply)
    {
        for (int at = reply.IndexOf(Marker, StringComparison.Ordinal); at >= 0; at = reply.IndexOf(Marker, at + 1, StringComparison.Ordinal))
        {
            if (ReadNumber(reply.AsSpan(at + Marker.Length)) is int score)
            {
                return score;
            }
        }

        return null;
    }

    private static int? ReadNumber(ReadOnlySpan<char> text)
    {
        int number = 0;
        int digits = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (digits == 0 && IsBlank(rune))
            {
                continue;
            }

            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.DecimalDigitNumber)
            {
                return digits > 0 && !IsOfWord(rune) ? number : null;
            }

            if (++digits > MostDigits)
            {
                return null;
            }

            number = (10 * number) + (int)Rune.GetNumericValue(rune);
        }

        return digits > 0 ? number : null;
    }

    // Python counts the four information separators among the blanks.
    private static bool IsBlank(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value is >= 0x1C and <= 0x1F;

    private static bool IsOfWord(Rune rune) => rune.Value == '_' || Rune.IsLetter(rune) || Rune.IsNumber(rune);
}
