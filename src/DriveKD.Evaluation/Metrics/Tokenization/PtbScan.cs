using static DriveKD.Evaluation.Metrics.Tokenization.PtbCharacters;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>Walks over runs of characters. Every method returns the position behind the run, or where it began if there is none.</summary>
internal static class PtbScan
{
    /// <summary>The character at a position; a line feed beyond the end.</summary>
    public static char At(string text, int position) => position < text.Length ? text[position] : '\n';

    public static int Letters(string text, int position)
    {
        while (position < text.Length && IsLetter(text[position]))
        {
            position = Marks(text, position + 1);
        }

        return position;
    }

    public static int LettersOrDigits(string text, int position)
    {
        while (position < text.Length && IsLetterOrDigit(text[position]))
        {
            position = Marks(text, position + 1);
        }

        return position;
    }

    public static int Digits(string text, int position)
    {
        while (position < text.Length && IsDigit(text[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>A run of one and the same character.</summary>
    public static int Run(string text, int position, char character)
    {
        while (position < text.Length && text[position] == character)
        {
            position++;
        }

        return position;
    }

    public static int Spaces(string text, int position)
    {
        while (position < text.Length && IsSpace(text[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>Letters A-Z, digits and underscores.</summary>
    public static int AsciiWord(string text, int position)
    {
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '_'))
        {
            position++;
        }

        return position;
    }

    /// <summary>Whether a fixed text stands at a position, whatever its case.</summary>
    public static bool Stands(string text, int position, string expected) =>
        text.AsSpan(Math.Min(position, text.Length)).StartsWith(expected, StringComparison.OrdinalIgnoreCase);

    private static int Marks(string text, int position)
    {
        while (position < text.Length && IsMark(text[position]))
        {
            position++;
        }

        return position;
    }
}
