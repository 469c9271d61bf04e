using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Generation;

/// <summary>
/// The stop ids of a folder's <c>generation_config.json</c>. Its sampling settings are not taken over: without settings of the
/// caller's own an answer is greedy and the same every time.
/// </summary>
internal static class GenerationConfigFile
{
    public const string Name = "generation_config.json";

    /// <summary>The ids under eos_token_id; none where there is no file or no such key.</summary>
    /// <exception cref="InputException">The file is not readable, not JSON, or names something that is no id.</exception>
    public static IReadOnlyList<int> ReadStopIds(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException(path, "is not a JSON object.");
            }

            if (!document.RootElement.TryGetProperty("eos_token_id", out JsonElement ids) || ids.ValueKind == JsonValueKind.Null)
            {
                return [];
            }

            return ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => ReadId(path, id))] : [ReadId(path, ids)];
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

    private static int ReadId(string path, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int id) && id >= 0
            ? id
            : throw new InputException($"{path}, eos_token_id", $"is {element.GetRawText()}; a token id, or a list of them, is expected.");
}
