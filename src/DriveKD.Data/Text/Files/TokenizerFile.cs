using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Files;

/// <summary>Reads a tokenizer's files from disk, turning what can go wrong there into messages for the user.</summary>
internal static class TokenizerFile
{
    private const long LargestFileBytes = 256L << 20;

    /// <summary>All bytes of a file.</summary>
    /// <exception cref="InputException">The file is not readable or too large to be a tokenizer's.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return length <= LargestFileBytes
                ? File.ReadAllBytes(path)
                : throw new InputException(path, $"has {length} bytes; a tokenizer file has at most {LargestFileBytes}. Is it the right file?");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>A JSON file whose root is an object.</summary>
    /// <exception cref="InputException">The file is not readable or not such a file.</exception>
    public static JsonDocument ReadObject(string path)
    {
        byte[] bytes = ReadBytes(path);
        try
        {
            JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new InputException(path, $"holds a JSON {Describe(document.RootElement.ValueKind)} where an object was expected.");
        }
        catch (JsonException exception)
        {
            throw NotJson(path, exception);
        }
    }

    /// <summary>The same, or null where there is no such file.</summary>
    public static JsonDocument? ReadOptionalObject(string path) => File.Exists(path) ? ReadObject(path) : null;

    /// <summary>The message for broken JSON.</summary>
    public static InputException NotJson(string path, JsonException exception) => new(
        path,
        $"is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} of that line). Was it downloaded whole?",
        exception);

    /// <summary>The entries of an object.</summary>
    /// <exception cref="InputException">A name is not text: it holds an escape of half a surrogate pair.</exception>
    public static IEnumerable<(string Name, JsonElement Value)> Entries(string path, JsonElement element)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException exception)
            {
                throw new InputException(path, "holds a key that is not valid text (broken UTF-8 or half a surrogate pair).", exception);
            }

            yield return (name, property.Value);
        }
    }

    /// <summary>The name of a kind of JSON value.</summary>
    public static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A JSON string that may hold escapes of lone surrogates, which are no text.</summary>
    public static string? TextOrNull(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
