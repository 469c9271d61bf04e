using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>Reads and writes the JSON files of a model folder.</summary>
internal static class JsonFiles
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions _compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a file, with a last line feed.</summary>
    public static string Text(JsonNode node, bool isIndented = true) => node.ToJsonString(isIndented ? _indented : _compact) + "\n";

    /// <summary>Reads a file that holds an object.</summary>
    /// <exception cref="InputException">It cannot be read, is not JSON, or holds something else.</exception>
    public static JsonObject ReadObject(string path)
    {
        try
        {
            // A key that stands there twice is found when members are looked up; the whole is looked up here.
            JsonObject? found = JsonNode.Parse(File.ReadAllText(path), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
            return found ?? throw new InputException(path, "does not hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}, line {exception.LineNumber + 1}", $"is not valid JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be read: {exception.Message}", exception);
        }
    }
}
