using System.Globalization;
using System.Text;
using DriveKD.Runs.Recipes.Reading;

namespace DriveKD.Runs.Recipes;

/// <summary>Writes a recipe in full: every key that is set, in the order of declaration.</summary>
internal static class RecipeWriter
{
    /// <summary>The recipe as YAML.</summary>
    /// <param name="keys">The keys at its top.</param>
    /// <param name="recipe">A record whose properties carry <see cref="Schema.RecipeKeyAttribute"/>.</param>
    public static string Write(IReadOnlyList<RecipeKey> keys, object recipe)
    {
        StringBuilder yaml = new("# The resolved recipe of this run: every key, absolute paths.\n");
        WriteSection(yaml, keys, recipe, indentation: 0);
        return yaml.ToString();
    }

    /// <summary>One value as it stands in YAML.</summary>
    /// <param name="key">A key that is no section.</param>
    /// <param name="value">Its value.</param>
    public static string Format(RecipeKey key, object value) => value switch
    {
        string text => FormatText(text),
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant(),
        Enum choice => RecipeNames.OfEnum(choice),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        ValueList<string> list => $"[{string.Join(", ", list.Select(FormatText))}]",
        System.Collections.IEnumerable items when key.Kind == KeyKind.SectionList => $"[{string.Join(", ", items.Cast<object>().Select(item => FormatItem(key, item)))}]",
        _ => $"[{string.Join(", ", key.Parts.Select(part => Format(part, part.Property.GetValue(value)!)))}]",
    };

    /// <summary>An item of a list of mappings stays on its line: one key, one line.</summary>
    private static string FormatItem(RecipeKey key, object item) =>
        $"{{{string.Join(", ", key.Parts.Where(part => part.Property.GetValue(item) is not null).Select(part => $"{part.Name}: {Format(part, part.Property.GetValue(item)!)}"))}}}";

    private static void WriteSection(StringBuilder yaml, IReadOnlyList<RecipeKey> keys, object record, int indentation)
    {
        foreach (RecipeKey key in keys)
        {
            if (key.Property.GetValue(record) is not { } value)
            {
                continue;
            }

            yaml.Append(' ', indentation).Append(key.Name).Append(':');
            if (key.Kind == KeyKind.Section)
            {
                yaml.Append('\n');
                WriteSection(yaml, key.Parts, value, indentation + 2);
            }
            else
            {
                yaml.Append(' ').Append(Format(key, value)).Append('\n');
            }
        }
    }

    /// <summary>Always in double quotes: no text is then taken for a number, a null or a comment.</summary>
    /// <param name="text">One line.</param>
    public static string FormatText(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char letter in text)
        {
            quoted.Append(letter is '"' or '\\' ? $"\\{letter}" : letter.ToString());
        }

        return quoted.Append('"').ToString();
    }
}
