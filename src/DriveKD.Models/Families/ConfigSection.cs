using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Families;

/// <summary>One object of a config.json, read with every problem noted instead of thrown.</summary>
internal sealed class ConfigSection
{
    private readonly string _file;
    private readonly string _prefix;
    private readonly JsonElement _element;
    private readonly List<Problem> _problems;

    public ConfigSection(string file, string prefix, JsonElement element, List<Problem> problems) =>
        (_file, _prefix, _element, _problems) = (file, prefix, element, problems);

    public bool Has(string key) => _element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The first of several keys that the section holds; null values count as absent.</summary>
    public string? FirstPresent(params string[] keys) => keys.FirstOrDefault(Has);

    /// <summary>A nested object, or null with a problem noted.</summary>
    public ConfigSection? Section(string key)
    {
        if (!Has(key))
        {
            Report(key, "is missing; an object is expected");
            return null;
        }

        JsonElement value = _element.GetProperty(key);
        if (value.ValueKind != JsonValueKind.Object)
        {
            Report(key, $"is {Describe(value)}; an object is expected");
            return null;
        }

        return new ConfigSection(_file, _prefix + key + ".", value, _problems);
    }

    /// <summary>A whole number of at least <paramref name="minimum"/>; without a default it must be there.</summary>
    public int Integer(string key, int? defaultValue = null, int minimum = 1)
    {
        if (!Has(key))
        {
            return defaultValue ?? Missing(key, "a whole number", minimum);
        }

        JsonElement value = _element.GetProperty(key);
        // Some exports write [448, 448] where others write 448.
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && value[0].ToString() == value[1].ToString())
        {
            value = value[0];
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= minimum)
        {
            return number;
        }

        Report(key, $"is {Describe(value)}; a whole number of at least {minimum} is expected");
        return Math.Max(minimum, 1);
    }

    /// <summary>A list of so many whole numbers of at least 0; null, with a problem noted, where it is none.</summary>
    public IReadOnlyList<int>? Integers(string key, int? count = null)
    {
        string expected = count is null ? "a list of whole numbers" : $"a list of {count} whole numbers";
        if (!Has(key))
        {
            Report(key, $"is missing; {expected} is expected");
            return null;
        }

        JsonElement value = _element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.Array && (count is null || value.GetArrayLength() == count)
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) && number >= 0))
        {
            return [.. value.EnumerateArray().Select(item => item.GetInt32())];
        }

        Report(key, $"is {Describe(value)}; {expected} is expected");
        return null;
    }

    /// <summary>A list of so many numbers; null, with a problem noted, where it is none.</summary>
    public IReadOnlyList<float>? Numbers(string key, int count)
    {
        if (Has(key) && _element.GetProperty(key) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() == count
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && float.IsFinite(item.GetSingle())))
        {
            return [.. value.EnumerateArray().Select(item => item.GetSingle())];
        }

        Report(key, $"is {(Has(key) ? Describe(_element.GetProperty(key)) : "missing")}; a list of {count} numbers is expected");
        return null;
    }

    /// <summary>The dtype that the section names, under either key.</summary>
    public string? DType() => FirstPresent("torch_dtype", "dtype") is string key ? Text(key) : null;

    /// <summary>A number above zero; without a default it must be there.</summary>
    public double PositiveNumber(string key, double? defaultValue = null)
    {
        if (!Has(key))
        {
            return defaultValue ?? Missing(key, "a number", 1);
        }

        JsonElement value = _element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) && number > 0)
        {
            return number;
        }

        Report(key, $"is {Describe(value)}; a number above 0 is expected");
        return 1;
    }

    public bool Boolean(string key, bool? defaultValue = null)
    {
        if (!Has(key))
        {
            return defaultValue ?? Missing(key, "true or false", 0) != 0;
        }

        JsonElement value = _element.GetProperty(key);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Report(key, $"is {Describe(value)}; true or false is expected");
        return false;
    }

    public string? Text(string key)
    {
        if (!Has(key))
        {
            return null;
        }

        JsonElement value = _element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Report(key, $"is {Describe(value)}; a text is expected");
        return null;
    }

    /// <summary>Refuses a value that would change the numbers; an absent key is taken for the supported value.</summary>
    public void Expect(string key, params string[] supported)
    {
        if (!Has(key))
        {
            return;
        }

        string found = AsText(_element.GetProperty(key));
        if (!supported.Contains(found, StringComparer.Ordinal))
        {
            Report(key, $"is {found}, which changes the numbers and is not supported; supported: {string.Join(", ", supported)}");
        }
    }

    /// <summary>Refuses anything but zero.</summary>
    public void ExpectZero(string key)
    {
        if (Has(key) && !(_element.GetProperty(key) is { ValueKind: JsonValueKind.Number } value && value.GetDouble() == 0))
        {
            Report(key, $"is {Describe(_element.GetProperty(key))}, which changes the numbers and is not supported; 0 is expected");
        }
    }

    /// <summary>Refuses every list entry but the supported ones.</summary>
    public void ExpectEach(string key, string supported)
    {
        if (Has(key) && (_element.GetProperty(key).ValueKind != JsonValueKind.Array
            || _element.GetProperty(key).EnumerateArray().Any(entry => AsText(entry) != supported)))
        {
            Report(key, $"is {Describe(_element.GetProperty(key))}, which changes the numbers and is not supported; a list of {supported} is expected");
        }
    }

    public void Report(string key, string what) => _problems.Add(new Problem($"{_file}, {_prefix}{key}", what + "."));

    private int Missing(string key, string expected, int stand)
    {
        Report(key, $"is missing; {expected} is expected");
        return stand;
    }

    private static string AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => Describe(value),
    };

    private static string Describe(JsonElement value)
    {
        string text = value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
