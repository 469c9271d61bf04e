using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>The small JSON files of a folder, read with their problems noted.</summary>
internal static class FolderJson
{
    /// <summary>The root object of a file, or null where it is absent, or with a problem noted.</summary>
    public static JsonElement? Read(string folder, string name, ProblemList problems)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonTexts.Check(document.RootElement);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document.RootElement.Clone();
            }

            problems.Add(path, "does not hold a JSON object.");
        }
        catch (JsonException exception)
        {
            problems.Add($"{path}, line {exception.LineNumber + 1}", $"is not valid JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(path, $"could not be read: {exception.Message}");
        }

        return null;
    }

    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Member(this JsonElement? element, string key) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A member that is a text.</summary>
    public static string? Text(this JsonElement? element, string key) =>
        element.Member(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The ids of a member that is a number or a list of numbers.</summary>
    public static IReadOnlyList<long> Ids(this JsonElement? element, string key) => element.Member(key) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out long id) => [id],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out _)).Select(item => item.GetInt64())],
        _ => [],
    };
}
