using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Verification;

/// <summary>One JSON object of a golden. Keys that were asked for are remembered, so that the others can be named.</summary>
public sealed class GoldenFacts
{
    private readonly string _file;
    private readonly string _prefix;
    private readonly JsonElement _element;
    private readonly HashSet<string> _used = [];
    private readonly Dictionary<string, GoldenFacts> _objects = [];
    private readonly Dictionary<string, IReadOnlyList<GoldenFacts>> _lists = [];

    /// <summary>An object whose keys are all unused.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="prefix">The path of the object inside it, ending in a dot; empty at the root.</param>
    /// <param name="element">A JSON object.</param>
    public GoldenFacts(string file, string prefix, JsonElement element) => (_file, _prefix, _element) = (file, prefix, element);

    /// <summary>Every key of the object itself.</summary>
    public IEnumerable<string> Keys => _element.EnumerateObject().Select(member => member.Name);

    /// <summary>Keys that nothing asked for, those of nested objects too.</summary>
    public IEnumerable<string> Unused => _element.EnumerateObject().Select(member => member.Name).Where(name => !_used.Contains(name)).Select(name => _prefix + name)
        .Concat(_objects.Values.Concat(_lists.Values.SelectMany(list => list)).SelectMany(nested => nested.Unused));

    /// <summary>Marks keys that tell something about the recording and are not meant to be compared.</summary>
    /// <param name="keys">The keys.</param>
    public void Ignore(params string[] keys) => _used.UnionWith(keys);

    /// <summary>What kind of value a key has, without counting it as asked for; undefined where it is absent.</summary>
    /// <param name="key">The key.</param>
    public JsonValueKind KindOf(string key) => _element.TryGetProperty(key, out JsonElement value) ? value.ValueKind : JsonValueKind.Undefined;

    /// <summary>A text, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public string? Text(string key) => Read(key, JsonValueKind.String)?.GetString();

    /// <summary>A number, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public double? Number(string key) => Read(key, JsonValueKind.Number)?.GetDouble();

    /// <summary>A whole number, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public int? Integer(string key) => Read(key, JsonValueKind.Number) is JsonElement value
        ? value.TryGetInt32(out int number) ? number : throw Wrong(key, "a whole number")
        : null;

    /// <summary>True or false, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public bool? Boolean(string key) => Read(key, JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    /// <summary>A list of texts, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<string>? Texts(string key) =>
        Items(key, JsonValueKind.String, "texts")?.Select(item => item.GetString()!).ToList();

    /// <summary>A list of numbers, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<double>? Numbers(string key) =>
        Items(key, JsonValueKind.Number, "numbers")?.Select(item => item.GetDouble()).ToList();

    /// <summary>A list of whole numbers, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<int>? Integers(string key) =>
        Items(key, JsonValueKind.Number, "whole numbers")?.Select(item => item.TryGetInt32(out int number) ? number : throw Wrong(key, "a list of whole numbers")).ToList();

    /// <summary>A list of lists of numbers, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<double[]>? Rows(string key) =>
        Items(key, JsonValueKind.Array, "lists of numbers")?.Select(row => row.EnumerateArray()
            .Select(item => item.ValueKind == JsonValueKind.Number ? item.GetDouble() : throw Wrong(key, "a list of lists of numbers")).ToArray()).ToList();

    /// <summary>A list of lists of texts, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<string[]>? TextRows(string key) =>
        Items(key, JsonValueKind.Array, "lists of texts")?.Select(row => row.EnumerateArray()
            .Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(key, "a list of lists of texts"))
            .ToArray()).ToList();

    /// <summary>A list of lists of whole numbers, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<long[]>? IntegerRows(string key) =>
        Items(key, JsonValueKind.Array, "lists of whole numbers")?.Select(row => Integers(key, row)).ToList();

    /// <summary>A list of lists of lists of whole numbers, or null where the key is absent.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<IReadOnlyList<long[]>>? IntegerPlanes(string key) =>
        Items(key, JsonValueKind.Array, "lists of lists of whole numbers")?
            .Select(plane => (IReadOnlyList<long[]>)[.. plane.EnumerateArray().Select(row => Integers(key, row))]).ToList();

    /// <summary>A list of objects, the same at every call; or null.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<GoldenFacts>? Objects(string key)
    {
        if (!_lists.TryGetValue(key, out IReadOnlyList<GoldenFacts>? list) && Items(key, JsonValueKind.Object, "objects") is List<JsonElement> items)
        {
            list = [.. items.Select((item, index) => new GoldenFacts(_file, string.Create(CultureInfo.InvariantCulture, $"{_prefix}{key}[{index}]."), item))];
            _lists.Add(key, list);
        }

        return list;
    }

    /// <summary>A nested object, the same at every call; or null.</summary>
    /// <param name="key">The key.</param>
    public GoldenFacts? Object(string key)
    {
        if (!_objects.TryGetValue(key, out GoldenFacts? nested) && Read(key, JsonValueKind.Object) is JsonElement value)
        {
            nested = new GoldenFacts(_file, $"{_prefix}{key}.", value);
            _objects.Add(key, nested);
        }

        return nested;
    }

    /// <summary>The members of a nested object with number values; "Infinity", for which JSON has no number, counts as one.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<(string Name, double Value)>? NumbersByName(string key) =>
        Read(key, JsonValueKind.Object)?.EnumerateObject().Select(member => (member.Name, member.Value switch
        {
            { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
            { ValueKind: JsonValueKind.String } text when text.ValueEquals("Infinity") => double.PositiveInfinity,
            _ => throw Wrong(key, "numbers by name"),
        })).ToList();

    /// <summary>The members of a nested object.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<(string Name, JsonElement Value)>? Members(string key) =>
        Read(key, JsonValueKind.Object)?.EnumerateObject().Select(member => (member.Name, member.Value)).ToList();

    /// <summary>Rows of text, count and flag: [["text", 3, false], ...].</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<(string Text, int Tokens, bool IsSupervised)>? Blocks(string key) =>
        Items(key, JsonValueKind.Array, "[text, tokens, supervised]")?.Select(row => row.GetArrayLength() == 3
            && row[0].ValueKind == JsonValueKind.String
            && row[1].ValueKind == JsonValueKind.Number && row[1].TryGetInt32(out int tokens)
            && row[2].ValueKind is JsonValueKind.True or JsonValueKind.False
                ? (row[0].GetString()!, tokens, row[2].GetBoolean())
                : throw Wrong(key, "a list of [text, tokens, supervised]")).ToList();

    private JsonElement? Read(string key, params JsonValueKind[] kinds)
    {
        if (!_element.TryGetProperty(key, out JsonElement value))
        {
            return null;
        }

        _used.Add(key);
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return kinds.Contains(value.ValueKind) ? value : throw Wrong(key, $"a value of kind {kinds[0]}");
    }

    private long[] Integers(string key, JsonElement row)
    {
        InputException Problem() => Wrong(key, "made of lists of whole numbers");
        return row.ValueKind == JsonValueKind.Array
            ? [.. row.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) ? number : throw Problem())]
            : throw Problem();
    }

    private List<JsonElement>? Items(string key, JsonValueKind kind, string expected)
    {
        List<JsonElement>? items = Read(key, JsonValueKind.Array)?.EnumerateArray().ToList();
        return items is null || items.TrueForAll(item => item.ValueKind == kind) ? items : throw Wrong(key, $"a list of {expected}");
    }

    /// <summary>What is thrown where a key holds something else.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">What it should hold.</param>
    public InputException Wrong(string key, string expected) => new($"{_file}, {_prefix}{key}", $"is not {expected}, as a golden of this form has it.");
}
