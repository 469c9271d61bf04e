using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Reads single values, strictly: the key's type decides, nothing is guessed.</summary>
internal static partial class ValueReader
{
    /// <summary>Reads a value.</summary>
    /// <param name="key">What is expected.</param>
    /// <param name="scalar">What was written.</param>
    /// <param name="problem">What is wrong, or null.</param>
    /// <returns>The value in the property's type, or null where there is a problem.</returns>
    public static object? Read(RecipeKey key, RecipeScalar scalar, out string? problem)
    {
        problem = null;
        if (key.Kind != KeyKind.Text && key.Kind != KeyKind.TextList && !scalar.IsPlain && key.Kind != KeyKind.Choice)
        {
            problem = $"found {scalar.Description}, expected {key.Expected} without quotes";
            return null;
        }

        return key.Kind switch
        {
            KeyKind.Text or KeyKind.TextList => ReadText(key, scalar, out problem),
            KeyKind.Integer when key.ValueType == typeof(int) => (int?)ReadInteger(key, scalar, out problem),
            KeyKind.Integer => ReadInteger(key, scalar, out problem),
            KeyKind.Number => ReadNumber(key, scalar, out problem),
            KeyKind.Boolean => ReadBoolean(key, scalar, out problem),
            KeyKind.Choice => ReadChoice(key, scalar, out problem),
            _ => throw new InvalidOperationException($"{key.Kind} is not a single value."),
        };
    }

    private static string? ReadText(RecipeKey key, RecipeScalar scalar, out string? problem)
    {
        string text = scalar.Text;
        problem =
            string.IsNullOrWhiteSpace(text) ? $"found an empty text, expected {key.Expected}"
            : !text.All(Quoting.IsPrintable) || HasHalfPair(text) ? $"found {scalar.Description}, which holds characters that cannot be printed"
            : key.Form is not null && !Regex.IsMatch(text, $@"\A(?:{key.Form.Pattern})\z", RegexOptions.CultureInvariant)
                ? $"found {scalar.Description}, expected {key.Expected}"
            : null;
        return problem is null ? text : null;
    }

    private static long? ReadInteger(RecipeKey key, RecipeScalar scalar, out string? problem)
    {
        problem = null;
        bool isInt = key.ValueType == typeof(int);
        if (!WholeNumber().IsMatch(scalar.Text))
        {
            problem = $"found {scalar.Description}, expected {key.Expected}, written in digits";
        }
        else if (!long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            || (isInt && number is < int.MinValue or > int.MaxValue))
        {
            string most = (isInt ? int.MaxValue : long.MaxValue).ToString(CultureInfo.InvariantCulture);
            problem = $"found {scalar.Description}, which is beyond the numbers that fit here (up to {most}); expected {key.Expected}";
        }
        else if (!key.Limits.Allows(number))
        {
            problem = $"found {scalar.Description}, expected {key.Expected}";
        }
        else
        {
            return number;
        }

        return null;
    }

    private static double? ReadNumber(RecipeKey key, RecipeScalar scalar, out string? problem)
    {
        problem = null;
        if (NotFinite().IsMatch(scalar.Text))
        {
            problem = $"found {scalar.Description}, expected {key.Expected}, not NaN or infinite";
        }
        else if (!AnyNumber().IsMatch(scalar.Text))
        {
            problem = $"found {scalar.Description}, expected {key.Expected}";
        }
        else
        {
            double number = double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (double.IsFinite(number) && key.Limits.Allows(number))
            {
                return number;
            }

            problem = $"found {scalar.Description}, {(double.IsFinite(number) ? "" : "which is too large for a number; ")}expected {key.Expected}";
        }

        return null;
    }

    private static bool? ReadBoolean(RecipeKey key, RecipeScalar scalar, out string? problem)
    {
        problem = scalar.Text is "true" or "false" ? null : $"found {scalar.Description}, expected {key.Expected}";
        return problem is null ? scalar.Text == "true" : null;
    }

    private static Enum? ReadChoice(RecipeKey key, RecipeScalar scalar, out string? problem)
    {
        Enum? choice = Enum.GetValues(key.ValueType).Cast<Enum>().FirstOrDefault(value => RecipeNames.OfEnum(value) == scalar.Text);
        problem = choice is null ? $"found {scalar.Description}, expected {key.Expected}{NearName(scalar.Text, key.Choices)}" : null;
        return choice;
    }

    /// <summary>"; did you mean 'x'?", or nothing where no name is near.</summary>
    public static string NearName(string name, IEnumerable<string> candidates) =>
        name.Length is > 0 and < 200 && NearestName.Find(name, candidates) is { } nearest ? $"; did you mean {Quoting.Quote(nearest)}?" : "";

    private static bool HasHalfPair(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    // YAML 1.1 reads 010 as 8 and YAML 1.2 as 10: neither is guessed.
    [GeneratedRegex(@"\A[-+]?(0|[1-9][0-9]*)\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex AnyNumber();

    [GeneratedRegex(@"\A[-+]?\.?(nan|inf|infinity)\z", RegexOptions.IgnoreCase)]
    private static partial Regex NotFinite();
}
