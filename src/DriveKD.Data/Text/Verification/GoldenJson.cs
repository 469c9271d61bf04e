using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Text.Files;

namespace DriveKD.Data.Text.Verification;

/// <summary>Reads golden JSON; a missing or wrong key is a problem that names the file and the place.</summary>
internal sealed class GoldenJson
{
    private readonly string _path;
    private readonly string _place;
    private readonly JsonElement _element;

    public GoldenJson(string path, string place, JsonElement element) => (_path, _place, _element) = (path, place, element);

    public JsonElement Element => _element;

    /// <summary>The root of a file. The document must outlive what is read from it.</summary>
    public static JsonDocument Open(string path)
    {
        try
        {
            return JsonDocument.Parse(TokenizerFile.ReadBytes(path));
        }
        catch (JsonException exception)
        {
            throw TokenizerFile.NotJson(path, exception);
        }
    }

    public GoldenJson Member(string key) =>
        Optional(key) ?? throw Wrong($"has no \"{key}\"");

    /// <summary>The member, or null where it is absent or null.</summary>
    public GoldenJson? Optional(string key) =>
        _element.ValueKind != JsonValueKind.Object
            ? throw Wrong("is not an object")
            : _element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
                ? new GoldenJson(_path, $"{_place}.{key}", value)
                : null;

    public IReadOnlyList<GoldenJson> Items() => _element.ValueKind == JsonValueKind.Array
        ? [.. _element.EnumerateArray().Select((item, index) => new GoldenJson(_path, $"{_place}[{index}]", item))]
        : throw Wrong("is not an array");

    public string Text() => TokenizerFile.TextOrNull(_element) ?? throw Wrong("is not text");

    public int Integer() =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetInt32(out int value) ? value : throw Wrong("is not an integer");

    public double Number() => _element.ValueKind == JsonValueKind.Number ? _element.GetDouble() : throw Wrong("is not a number");

    public bool Boolean() => _element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("is neither true nor false"),
    };

    public int[] Integers() => [.. Items().Select(item => item.Integer())];

    public string?[] TextsOrNulls() => [.. Items().Select(item => item._element.ValueKind == JsonValueKind.Null ? null : item.Text())];

    /// <summary>Ids in run-length form: a number is one id, <c>[id, n]</c> is n times that id.</summary>
    public int[] RunLengthIntegers()
    {
        List<int> ids = [];
        foreach (GoldenJson item in Items())
        {
            if (item._element.ValueKind == JsonValueKind.Number)
            {
                ids.Add(item.Integer());
                continue;
            }

            int[] run = item.Integers();
            if (run.Length != 2 || run[1] is < 0 or > 10_000_000)
            {
                throw item.Wrong("is neither an id nor [id, count]");
            }

            ids.AddRange(Enumerable.Repeat(run[0], run[1]));
        }

        return [.. ids];
    }

    public InputException Wrong(string what) => new(_path, $"{_place} {what}; a golden file of this project's form was expected.");
}
