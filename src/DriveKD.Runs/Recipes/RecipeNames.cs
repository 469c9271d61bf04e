using System.Globalization;
using System.Text;

namespace DriveKD.Runs.Recipes;

/// <summary>How C# names are spelled in a recipe.</summary>
internal static class RecipeNames
{
    /// <summary>A property's key: <c>LearningRate</c> is <c>learning_rate</c>.</summary>
    public static string OfProperty(string name) => Split(name, '_');

    /// <summary>An enum member's name: <c>SkipAndCount</c> is <c>skip-and-count</c>.</summary>
    public static string OfEnum(Enum value) => Split(value.ToString(), '-');

    /// <summary>A key inside another: <c>train.steps</c>.</summary>
    public static string Join(string outer, string inner) => outer.Length == 0 ? inner : $"{outer}.{inner}";

    /// <summary>An item of a list, counted from 1 for people: <c>data.records, item 2</c>.</summary>
    public static string Item(string key, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{key}{(key.Length == 0 ? "" : ", ")}item {index + 1}");

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
