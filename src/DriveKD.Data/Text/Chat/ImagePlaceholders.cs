using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Chat;

/// <summary>Replaces placeholders by the tokens of the pictures they stand for.</summary>
internal static class ImagePlaceholders
{
    /// <summary>A token many times over.</summary>
    public static string Repeat(string token, int count) => new StringBuilder(token.Length * count).Insert(0, token, count).ToString();

    /// <summary>Replaces the placeholders in order, as far as there are pictures; further placeholders stay as they are.</summary>
    /// <param name="text">The prompt.</param>
    /// <param name="placeholder">What stands for a picture.</param>
    /// <param name="imageTokenCounts">The number of tokens of every picture.</param>
    /// <param name="tokensOf">The text of a picture with so many tokens.</param>
    /// <returns>The expanded prompt and how many pictures found a place.</returns>
    public static (string Text, int Placed) Expand(
        string text, string placeholder, IReadOnlyList<int> imageTokenCounts, Func<int, string> tokensOf)
    {
        RequirePositive(imageTokenCounts);
        StringBuilder expanded = new(text.Length);
        int position = 0;
        int placed = 0;
        for (; placed < imageTokenCounts.Count; placed++)
        {
            int found = text.IndexOf(placeholder, position, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            expanded.Append(text, position, found - position).Append(tokensOf(imageTokenCounts[placed]));
            position = found + placeholder.Length;
        }

        return (expanded.Append(text, position, text.Length - position).ToString(), placed);
    }

    /// <summary>Checks that there are as many placeholders as pictures, where a family's processor demands it.</summary>
    /// <exception cref="InputException">The numbers differ.</exception>
    public static void RequireOneEach(string text, string placeholder, int images)
    {
        int places = 0;
        for (int found = -1; (found = text.IndexOf(placeholder, found + 1, StringComparison.Ordinal)) >= 0;)
        {
            places++;
        }

        if (places != images)
        {
            throw new InputException(
                "conversation", $"has {places} places for pictures (\"{placeholder}\") but {images} pictures were given; give one picture for every place.");
        }
    }

    private static void RequirePositive(IReadOnlyList<int> imageTokenCounts)
    {
        for (int i = 0; i < imageTokenCounts.Count; i++)
        {
            if (imageTokenCounts[i] < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(imageTokenCounts), imageTokenCounts[i], $"Picture {i} has no image tokens.");
            }
        }
    }
}
