using System.Globalization;
using System.Text;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Shows untrusted text in a message: one line, printable, short.</summary>
internal static class Quoting
{
    private const int LongestText = 80;

    /// <summary>The text in single quotes.</summary>
    public static string Quote(string text) => $"'{Shorten(text)}'";

    /// <summary>The text without quotes, control characters escaped, cut after 80 characters.</summary>
    public static string Shorten(string text)
    {
        StringBuilder shown = new();
        foreach (char letter in text)
        {
            if (shown.Length >= LongestText)
            {
                return shown.Append("...").ToString();
            }

            if (IsPrintable(letter))
            {
                shown.Append(letter);
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            }
        }

        return shown.ToString();
    }

    /// <summary>Whether a character may stand in a text of a recipe and in a message: no controls, no line breaks, no halves of pairs.</summary>
    public static bool IsPrintable(char letter) =>
        !char.IsControl(letter) && letter is not ('\u2028' or '\u2029' or '\uFEFF');
}
