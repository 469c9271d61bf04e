using System.Text;

namespace DriveKD.Evaluation.DriveBench.Extraction;

/// <summary>What Python takes for a word and for white space, where .NET differs.</summary>
internal static class PythonText
{
    /// <summary>Without white space at both ends; Python counts the separators U+001C to U+001F too.</summary>
    public static string Strip(string text)
    {
        (int start, int end) = (0, text.Length);
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>Whether a word (in any case) stands alone anywhere: neither a letter, nor a number of any kind, nor _ touches it.</summary>
    public static bool HoldsWord(string text, string word)
    {
        for (int at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (!EndsInWord(text.AsSpan(0, at)) && !BeginsWithWord(text.AsSpan(at + word.Length)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\u001C' and <= '\u001F';

    private static bool EndsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out Rune last, out _) == System.Buffers.OperationStatus.Done && IsWord(last);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out Rune first, out _) == System.Buffers.OperationStatus.Done && IsWord(first);

    private static bool IsWord(Rune rune) => rune.Value == '_' || Rune.IsLetter(rune) || Rune.IsNumber(rune);
}
