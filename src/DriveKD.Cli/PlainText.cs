using System.Text;

namespace DriveKD.Cli;

/// <summary>Text of a model's making, made safe to print.</summary>
internal static class PlainText
{
    private const char FirstPicture = '\u2400';
    private const char PictureOfDelete = '\u2421';

    /// <summary>
    /// Replaces control characters, but line breaks and tabs, by their visible signs: a model's answer cannot move the cursor or
    /// change the colours of a terminal.
    /// </summary>
    public static string ForTerminal(string text)
    {
        if (!text.Any(IsControl))
        {
            return text;
        }

        StringBuilder shown = new(text.Length);
        foreach (char character in text)
        {
            shown.Append(!IsControl(character) ? character
                : character < ' ' ? (char)(FirstPicture + character)
                : character == '\u007F' ? PictureOfDelete
                : '\uFFFD');
        }

        return shown.ToString();
    }

    private static bool IsControl(char character) => char.IsControl(character) && character is not ('\n' or '\t');
}
