using System.Text;

namespace DriveKD.Runs.Recipes;

/// <summary>How C# names are spelled in a recipe.</summary>
internal static class RecipeNames
{
    /// <summary>A property's key: <c>LearningRate</c> is <c>learning_rate</c>.</summary>
    public static string OfProperty(string name) => Split(name, '_');

    /// <summary>An enum member's name: <c>SkipAndCount</c> is <c>skip-and-count</c>.</summary>
    public static string OfEnum(Enum value) => Split(value.ToString(), '-');

    private static string Split(string name, char separator)
    {
        StringBuilder text = new();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append(separator);
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
