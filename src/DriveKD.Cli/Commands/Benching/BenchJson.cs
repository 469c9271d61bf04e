using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DriveKD.Cli.Commands.Benching;

/// <summary>How the documents of <c>drivekd bench</c> are written.</summary>
internal static class BenchJson
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
        // Names of folders stay readable; the document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A document as text.</summary>
    /// <param name="document">What it holds.</param>
    public static string Write(object document) => JsonSerializer.Serialize(document, _layout);
}
