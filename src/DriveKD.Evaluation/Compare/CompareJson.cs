using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DriveKD.Evaluation.Compare;

/// <summary>How a comparison's JSON is spelled: snake_case, unset keys left out.</summary>
internal static class CompareJson
{
    /// <summary>A document.</summary>
    public static JsonSerializerOptions Document { get; } = Create(isIndented: true);

    /// <summary>A line.</summary>
    public static JsonSerializerOptions Line { get; } = Create(isIndented: false);

    private static JsonSerializerOptions Create(bool isIndented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = isIndented,
        NewLine = "\n",
    };
}
