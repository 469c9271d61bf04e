namespace DriveKD.Data.Text.Unicode;

/// <summary>Korean syllables are composed of their letters by arithmetic (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    private const int SyllableBase = 0xAC00;
    private const int LeadingBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailingBase = 0x11A7;
    private const int LeadingCount = 19;
    private const int VowelCount = 21;
    private const int TrailingCount = 28;
    private const int SyllableCount = LeadingCount * VowelCount * TrailingCount;

    /// <summary>Whether the code point is a vowel or trailing consonant that joins with what stands before it.</summary>
    public static bool IsJoining(int codePoint) =>
        codePoint is >= VowelBase and < VowelBase + VowelCount or > TrailingBase and < TrailingBase + TrailingCount;

    /// <summary>The letters of a syllable: two or three; the last is 0 where there are two.</summary>
    public static bool TryDecompose(int codePoint, out (int Leading, int Vowel, int Trailing) letters)
    {
        int index = codePoint - SyllableBase;
        letters = default;
        if (index is < 0 or >= SyllableCount)
        {
            return false;
        }

        int trailing = index % TrailingCount;
        letters = (
            LeadingBase + (index / (VowelCount * TrailingCount)),
            VowelBase + (index % (VowelCount * TrailingCount) / TrailingCount),
            trailing == 0 ? 0 : TrailingBase + trailing);
        return true;
    }

    /// <summary>A leading consonant and a vowel, or a syllable without trailing consonant and one, as one syllable.</summary>
    public static bool TryCompose(int first, int second, out int syllable)
    {
        (int leading, int vowel) = (first - LeadingBase, second - VowelBase);
        if (leading is >= 0 and < LeadingCount && vowel is >= 0 and < VowelCount)
        {
            syllable = SyllableBase + (((leading * VowelCount) + vowel) * TrailingCount);
            return true;
        }

        (int index, int trailing) = (first - SyllableBase, second - TrailingBase);
        bool composes = index is >= 0 and < SyllableCount && index % TrailingCount == 0 && trailing is > 0 and < TrailingCount;
        syllable = composes ? first + trailing : 0;
        return composes;
    }
}
