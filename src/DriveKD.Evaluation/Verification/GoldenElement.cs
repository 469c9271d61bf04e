using System.Globalization;
using System.Text.Json;

namespace DriveKD.Evaluation.Verification;

/// <summary>A place in a golden JSON file. What is missing or of another kind is a <see cref="FormatException"/> that names the place.</summary>
/// <param name="Place">Where: <c>wilson[3]</c>.</param>
/// <param name="Json">What stands there.</param>
internal readonly record struct GoldenElement(string Place, JsonElement Json)
{
    /// <summary>A member that must be there.</summary>
    /// <param name="name">Its name.</param>
    public GoldenElement Member(string name) =>
        Json.ValueKind != JsonValueKind.Object ? throw Wrong("is not an object")
        : Json.TryGetProperty(name, out JsonElement value) ? new GoldenElement($"{Place}.{name}", value)
        : throw Wrong($"has no \"{name}\"");

    /// <summary>A member, or null where it is absent.</summary>
    /// <param name="name">Its name.</param>
    public GoldenElement? Optional(string name) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out JsonElement value) ? new GoldenElement($"{Place}.{name}", value) : null;

    /// <summary>The items of a list.</summary>
    public GoldenElement[] Items()
    {
        string place = Place;
        return Json.ValueKind == JsonValueKind.Array
            ? [.. Json.EnumerateArray().Select((item, index) => new GoldenElement(string.Create(CultureInfo.InvariantCulture, $"{place}[{index}]"), item))]
            : throw Wrong("is not a list");
    }

    /// <summary>A finite number.</summary>
    public double Number() => Json.ValueKind == JsonValueKind.Number && Json.TryGetDouble(out double value) && double.IsFinite(value) ? value : throw Wrong("is not a number");

    /// <summary>A finite number, or null for what the reference does not define.</summary>
    public double? NumberOrNull() => Json.ValueKind == JsonValueKind.Null ? null : Number();

    /// <summary>A whole number that is not negative.</summary>
    public long Count() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt64(out long value) && value >= 0 ? value : throw Wrong("is not a count");

    /// <summary>A list of finite numbers.</summary>
    public double[] Numbers() => [.. Items().Select(item => item.Number())];

    /// <summary>What is wrong with this place.</summary>
    /// <param name="what">Continues "PLACE ".</param>
    public FormatException Wrong(string what) => new($"{Place} {what}.");
}
