using static DriveKD.Evaluation.Metrics.Tokenization.PtbCharacters;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>What begins with a letter or a digit.</summary>
internal sealed class PtbWordRules(string text)
{
    private readonly PtbWebRules _web = new(text);

    // The run of letters, digits, periods and commas that a hyphen may follow is walked over once.
    private int _hyphenRunEnd;

    public TokenMatch Match(int position)
    {
        int plain = position;
        while (char.IsAsciiLetter(PtbScan.At(text, plain)))
        {
            plain++;
        }

        if (plain > position && PtbScan.At(text, plain) is ' ' or '\n' && PtbWords.SplitsAt(text.AsSpan(position, plain - position)) == 0)
        {
            // Most words: no other rule can take more.
            return new TokenMatch(plain - position);
        }

        TokenMatch best = _web.Address(position);
        best = best.OrLonger(FileName(position));
        best = best.OrLonger(ApostropheInside(position));
        best = best.OrLonger(Word(position));
        best = best.OrLonger(new TokenMatch(Hyphenated(position) - position));
        best = best.OrLonger(new TokenMatch(Underscored(position) - position));
        best = best.OrLonger(new TokenMatch(Slashed(position) - position));
        best = best.OrLonger(Capitals(position));
        best = best.OrLonger(Abbreviation(position));
        best = best.OrLonger(Initials(position));
        return IsDigit(text[position]) ? best.OrLonger(PtbNumberRules.Match(text, position)) : best;
    }

    /// <summary>A word; after letters alone others may follow behind a period, question or exclamation mark without a space.</summary>
    private TokenMatch Word(int position)
    {
        int end = PtbScan.LettersOrDigits(text, position);
        int letters = PtbScan.Letters(text, position);
        ReadOnlySpan<char> word = text.AsSpan(position, end - position);
        if (end - position >= 2
            && IsApostrophe(PtbScan.At(text, end))
            && text[end - 1] is 'n' or 'N'
            && PtbScan.At(text, end + 1) is 't' or 'T'
            && !IsLetterOrDigit(PtbScan.At(text, end + 2)))
        {
            // The n belongs to the next token: do n't.
            return new TokenMatch(end - 1 - position) { LookAhead = 3 };
        }

        int cut = PtbWords.SplitsAt(word);
        if (cut > 0)
        {
            return new TokenMatch(end - position, TokenForm.Split) { Cut = cut };
        }

        while (letters == end && PtbScan.At(text, end) is '.' or '!' or '?' && IsLetter(PtbScan.At(text, end + 1)))
        {
            end = PtbScan.LettersOrDigits(text, end + 1);
            letters = end;
        }

        // Digits alone are a number, not a word.
        return HasLetter(position, end) ? new TokenMatch(end - position) : default;
    }

    private bool HasLetter(int position, int end)
    {
        for (int i = position; i < end; i++)
        {
            if (IsLetter(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>o'clock</c>, <c>d'Artagnan</c>, <c>ma'am</c>, and the n't, 's, 'll that stand at the start of what is left.</summary>
    private TokenMatch ApostropheInside(int position)
    {
        char first = text[position];
        if (IsApostrophe(PtbScan.At(text, position + 1)))
        {
            if (first is 'n' or 'N' && PtbScan.At(text, position + 2) is 't' or 'T' && !IsLetterOrDigit(PtbScan.At(text, position + 3)))
            {
                return WithPlainApostrophe(position, position + 3);
            }

            int end = first is 'o' or 'O' or 'd' or 'D' or 'l' or 'L' ? PtbScan.Letters(text, position + 2) : position;
            if (end > position + 2)
            {
                return WithPlainApostrophe(position, end);
            }

            // A piece of "y'all" keeps the apostrophe.
            return first is 'y' or 'Y' && PtbScan.Stands(text, position + 2, "all") && !IsLetterOrDigit(PtbScan.At(text, position + 5))
                ? WithPlainApostrophe(position, position + 2)
                : ErWord(position);
        }

        return ErWord(position);
    }

    private TokenMatch ErWord(int position)
    {
        int kept = KeptWord(position);
        return kept > position ? WithPlainApostrophe(position, kept) : default;
    }

    private int KeptWord(int position)
    {
        (string Before, string Behind)[] words = [("ma", "am"), ("ne", "er"), ("e", "er")];
        foreach ((string before, string behind) in words)
        {
            int apostrophe = position + before.Length;
            int end = apostrophe + 1 + behind.Length;
            if (IsApostrophe(PtbScan.At(text, apostrophe))
                && PtbScan.Stands(text, position, before)
                && PtbScan.Stands(text, apostrophe + 1, behind)
                && !IsLetterOrDigit(PtbScan.At(text, end)))
            {
                return end;
            }
        }

        return position;
    }

    private TokenMatch WithPlainApostrophe(int start, int end) =>
        TokenMatch.Replace(end - start, text[start..end].Replace('\u2019', '\''));

    /// <summary>A picture's or document's name; digits alone count, and something must follow in the text.</summary>
    private TokenMatch FileName(int position)
    {
        int end = PtbScan.LettersOrDigits(text, position);
        if (PtbScan.At(text, end) != '.')
        {
            return default;
        }

        int behind = PtbScan.Letters(text, end + 1);
        return behind < text.Length && !IsLetterOrDigit(text[behind]) && PtbWords.IsFileExtension(text.AsSpan(end + 1, behind - end - 1))
            ? new TokenMatch(behind - position)
            : default;
    }

    private int Hyphenated(int position)
    {
        if (position >= _hyphenRunEnd)
        {
            int end = position;
            while (end < text.Length)
            {
                int next = text[end] is '.' or ',' ? end + 1 : PtbScan.LettersOrDigits(text, end);
                if (next == end)
                {
                    break;
                }

                end = next;
            }

            _hyphenRunEnd = end;
        }

        int behind = _hyphenRunEnd;
        while (IsHyphen(PtbScan.At(text, behind)))
        {
            int next = PtbScan.LettersOrDigits(text, behind + 1);
            if (next == behind + 1)
            {
                break;
            }

            behind = next;
        }

        return behind == _hyphenRunEnd ? position : behind;
    }

    private int Underscored(int position)
    {
        int first = PtbScan.LettersOrDigits(text, position);
        int end = first;
        while (PtbScan.At(text, end) == '_')
        {
            int next = PtbScan.LettersOrDigits(text, end + 1);
            if (next == end + 1)
            {
                break;
            }

            end = next;
        }

        return end == first ? position : end;
    }

    /// <summary>Up to three words with slashes between them, each of up to three parts with hyphens.</summary>
    private int Slashed(int position)
    {
        int end = Compound(position);
        int slashes = 0;
        while (slashes < 2 && PtbScan.At(text, end) == '/')
        {
            int next = Compound(end + 1);
            if (next == end + 1)
            {
                break;
            }

            end = next;
            slashes++;
        }

        return slashes == 0 ? position : end;
    }

    private int Compound(int position)
    {
        int end = PtbScan.LettersOrDigits(text, position);
        for (int parts = 0; parts < 2 && end > position && PtbScan.At(text, end) == '-'; parts++)
        {
            int next = PtbScan.Letters(text, end + 1);
            if (next == end + 1)
            {
                break;
            }

            end = next;
        }

        return end;
    }

    /// <summary><c>AT&amp;T</c>, <c>C++</c>, <c>C#</c>, <c>US$</c>.</summary>
    private TokenMatch Capitals(int position)
    {
        int first = position;
        while (char.IsAsciiLetterUpper(PtbScan.At(text, first)))
        {
            first++;
        }

        int end = first;
        while (end > position && PtbScan.At(text, end) == '&' && char.IsAsciiLetterUpper(PtbScan.At(text, end + 1)))
        {
            end++;
            while (char.IsAsciiLetterUpper(PtbScan.At(text, end)))
            {
                end++;
            }
        }

        if (end > first)
        {
            return new TokenMatch(end - position);
        }

        bool isCurrency = PtbScan.At(text, first) == '$' && text.AsSpan(position, first - position) is "US" or "A" or "C" or "HK";
        bool isSharp = first == position + 1 && text[position] is 'C' or 'F' && PtbScan.At(text, first) == '#';
        bool isPlusPlus = first == position + 1 && text[position] == 'C' && PtbScan.At(text, first) == '+' && PtbScan.At(text, first + 1) == '+';
        return isPlusPlus ? new TokenMatch(3) : isCurrency || isSharp ? new TokenMatch(first + 1 - position) : default;
    }

    private TokenMatch Abbreviation(int position)
    {
        int end = PtbScan.Letters(text, position);
        if (end == position || PtbScan.At(text, end) != '.')
        {
            return default;
        }

        ReadOnlySpan<char> word = text.AsSpan(position, end - position);
        if (word is "Ph" or "ph" && PtbScan.At(text, end + 1) is 'D' or 'd' && PtbScan.At(text, end + 2) == '.')
        {
            return new TokenMatch(end + 3 - position, TokenForm.EndingAbbreviation);
        }

        int length = end + 1 - position;
        if (PtbWords.MayEndSentence(word))
        {
            return new TokenMatch(length, TokenForm.EndingAbbreviation);
        }

        if (PtbWords.StandsBeforeNumber(word))
        {
            int next = IsSpace(PtbScan.At(text, end + 1)) ? end + 2 : end + 1;
            return IsDigit(PtbScan.At(text, next)) ? new TokenMatch(length) : default;
        }

        return PtbWords.IsTitle(word) ? new TokenMatch(length) : default;
    }

    /// <summary>Single letters, each with its period: one is an initial, several are an acronym.</summary>
    private TokenMatch Initials(int position)
    {
        int end = position;
        while (char.IsAsciiLetter(PtbScan.At(text, end)) && PtbScan.At(text, end + 1) == '.')
        {
            end += 2;
        }

        return end == position ? default
            : new TokenMatch(end - position, end == position + 2 ? TokenForm.Initial : TokenForm.Acronym);
    }
}
