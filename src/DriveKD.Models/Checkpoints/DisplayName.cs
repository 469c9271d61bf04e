using System.Globalization;
using System.Text;

namespace DriveKD.Models.Checkpoints;

/// <summary>Names out of files, made fit for a message: a damaged file can hold anything, terminal commands included.</summary>
internal static class DisplayName
{
    private const int MaxLength = 200;

    /// <summary>True where a name has characters that no tensor or file is named with.</summary>
    public static bool IsOdd(string name) => name.Any(char.IsControl);

    /// <summary>The name with control characters written as \u0000 and with its end left out where it is long.</summary>
    public static string Of(string name)
    {
        if (name.Length <= MaxLength && !IsOdd(name))
        {
            return name;
        }

        StringBuilder text = new();
        foreach (char character in name.AsSpan(0, Math.Min(MaxLength, name.Length)))
        {
            text.Append(char.IsControl(character) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}") : character);
        }

        return name.Length > MaxLength ? $"{text}... ({name.Length} characters)" : text.ToString();
    }
}
