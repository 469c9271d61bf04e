using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>A JSON file of a golden folder that is no case: a list of objects, or one object.</summary>
internal static class GoldenFile
{
    /// <summary>The objects of a list.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read, or is no list of objects.</exception>
    public static IReadOnlyList<GoldenFacts> ReadList(string path)
    {
        JsonElement root = Read(path);
        return root.ValueKind == JsonValueKind.Array && root.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            ? [.. root.EnumerateArray().Select((item, index) => new GoldenFacts(path, string.Create(CultureInfo.InvariantCulture, $"[{index}]."), item))]
            : throw new InputException(path, "does not hold a list of JSON objects.");
    }

    /// <summary>The one object.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read, or is no object.</exception>
    public static GoldenFacts ReadObject(string path)
    {
        JsonElement root = Read(path);
        return root.ValueKind == JsonValueKind.Object ? new GoldenFacts(path, string.Empty, root) : throw new InputException(path, "does not hold a JSON object.");
    }

    /// <summary>Whatever the file holds.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read, or is no JSON.</exception>
    public static JsonElement Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new InputException(path, $"is not valid JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>A value that every golden of this form has.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="facts">The object.</param>
    /// <param name="key">The key, for the message.</param>
    /// <param name="value">What was read.</param>
    /// <exception cref="InputException">It is absent.</exception>
    public static T Need<T>(this GoldenFacts facts, string key, T? value)
        where T : class => value ?? throw facts.Wrong(key, "there");

    /// <summary>A value that every golden of this form has.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="facts">The object.</param>
    /// <param name="key">The key, for the message.</param>
    /// <param name="value">What was read.</param>
    /// <exception cref="InputException">It is absent.</exception>
    public static T Need<T>(this GoldenFacts facts, string key, T? value)
        where T : struct => value ?? throw facts.Wrong(key, "there");
}
