using static DriveKD.Evaluation.Metrics.Tokenization.PtbCharacters;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>Numbers, dates, fractions, telephone numbers.</summary>
internal static class PtbNumberRules
{
    /// <summary>What begins with a digit, sign, period, comma or colon.</summary>
    public static TokenMatch Match(string text, int position)
    {
        TokenMatch best = new(Number(text, position) - position);
        if (IsDigit(text[position]))
        {
            best = best.OrLonger(new TokenMatch(Joined(text, position) - position));
            best = best.OrLonger(new TokenMatch(MixedFraction(text, position) - position, TokenForm.KeptSpaces));
        }

        return best;
    }

    /// <summary><c>(ddd) ddd-dddd</c>, with or without the space.</summary>
    public static TokenMatch Telephone(string text, int position)
    {
        if (!IsDigits(text, position + 1, 3) || PtbScan.At(text, position + 4) != ')')
        {
            return default;
        }

        int local = PtbScan.At(text, position + 5) == ' ' ? position + 6 : position + 5;
        if (!IsDigits(text, local, 3) || PtbScan.At(text, local + 3) != '-' || !IsDigits(text, local + 4, 4) || IsLetterOrDigit(PtbScan.At(text, local + 8)))
        {
            return default;
        }

        ReadOnlySpan<char> area = text.AsSpan(position + 1, 3);
        ReadOnlySpan<char> space = local == position + 6 ? "\u00A0" : "";
        return TokenMatch.Replace(local + 8 - position, $"-LRB-{area}-RRB-{space}{text.AsSpan(local, 8)}");
    }

    /// <summary>A sign, then digits with periods, commas and colons between them; it may also begin with one of these.</summary>
    private static int Number(string text, int start)
    {
        int position = text[start] is '-' or '+' ? start + 1 : start;
        int end = PtbScan.Digits(text, position);
        bool found = end > position;
        while (PtbScan.At(text, end) is '.' or ',' or ':')
        {
            int next = PtbScan.Digits(text, end + 1);
            if (next == end + 1)
            {
                break;
            }

            (end, found) = (next, true);
        }

        return found ? end : start;
    }

    /// <summary>Digits joined by hyphens or slashes: dates, ranges, fractions.</summary>
    private static int Joined(string text, int position)
    {
        int end = PtbScan.Digits(text, position);
        while (PtbScan.At(text, end) is '-' or '/')
        {
            int next = PtbScan.Digits(text, end + 1);
            if (next == end + 1)
            {
                break;
            }

            end = next;
        }

        return end;
    }

    private static int MixedFraction(string text, int position)
    {
        int whole = PtbScan.Digits(text, position);
        if (PtbScan.At(text, whole) != ' ')
        {
            return position;
        }

        int numerator = PtbScan.Digits(text, whole + 1);
        if (numerator == whole + 1 || PtbScan.At(text, numerator) != '/')
        {
            return position;
        }

        int denominator = PtbScan.Digits(text, numerator + 1);
        return denominator == numerator + 1 ? position : denominator;
    }

    private static bool IsDigits(string text, int position, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!char.IsAsciiDigit(PtbScan.At(text, position + i)))
            {
                return false;
            }
        }

        return true;
    }
}
