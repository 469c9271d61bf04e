using System.Text.Json;

namespace DriveKD.Data.Text.Files;

/// <summary>Comparisons that hold for any kind of JSON value.</summary>
internal static class JsonElementExtensions
{
    /// <summary>Whether the value is exactly this text; false for values that are no text.</summary>
    public static bool ValueEqualsText(this JsonElement element, string text) => TokenizerFile.TextOrNull(element) == text;
}
