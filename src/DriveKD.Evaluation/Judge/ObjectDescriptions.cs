using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Judge;

/// <summary>
/// How objects look, from a file in DriveLM's form (<c>{scene: {key_frames: {frame: {key_object_infos: {tag: {Visual_description}}}}}}</c>):
/// DriveBench's <c>visual_description.json</c>, or DriveLM's own records.
/// </summary>
public sealed partial class ObjectDescriptions
{
    private const string SafeActions = "In this scenario, what are safe actions to take for the ego vehicle?";

    // Where the published sheet has a fixed sentence too.
    private const string NoObject = "The question is about the whole scene, not about one object.";

    private readonly Dictionary<string, Scene?> _scenes;

    private ObjectDescriptions(Dictionary<string, Scene?> scenes) => _scenes = scenes;

    /// <summary>No file: only questions without an object find theirs.</summary>
    public static ObjectDescriptions None { get; } = new([]);

    /// <summary>Reads a file.</summary>
    /// <param name="file">JSON.</param>
    /// <exception cref="InputException">It cannot be read or has another form.</exception>
    public static ObjectDescriptions Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            Dictionary<string, Scene?> scenes = JsonSerializer.Deserialize<Dictionary<string, Scene?>>(stream) ?? [];
            return scenes.Values.Any(scene => scene?.KeyFrames?.Values.Any(frame => frame is { Objects.ValueKind: JsonValueKind.Object }) == true)
                ? new ObjectDescriptions(scenes)
                : throw new InputException(file, "describes no object: scenes with key_frames with key_object_infos are expected.");
        }
        catch (JsonException exception)
        {
            throw new InputException(
                file, $"is not in the form of visual_description.json ({exception.Path ?? "$"}, line {exception.LineNumber + 1}): {{scene: {{key_frames: {{frame: {{key_object_infos: ...}}}}}}}} is expected.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Finds the description for a question as the published code does: what stands between the first <c>&lt;</c> and the last
    /// <c>&gt;</c> of a line is cut at commas; the first object of the frame whose tag begins with the first two parts is meant.
    /// Where that code would stop the run, there is no description.
    /// </summary>
    /// <param name="scene">The record's scene token.</param>
    /// <param name="frame">The record's frame token.</param>
    /// <param name="question">The question.</param>
    /// <returns>In small letters; null where the question names no object, or none that is described.</returns>
    public string? Find(string? scene, string? frame, string question)
    {
        if (question == SafeActions)
        {
            return NoObject;
        }

        Match match = Brackets().Match(question);
        if (!match.Success
            || scene is null || frame is null
            || _scenes.GetValueOrDefault(scene)?.KeyFrames?.GetValueOrDefault(frame) is not { Objects.ValueKind: JsonValueKind.Object } found)
        {
            return null;
        }

        string prefix = "<" + string.Join(',', match.Groups[1].Value.Split(',').Take(2));
        foreach (JsonProperty item in found.Objects.EnumerateObject())
        {
            if (item.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return item.Value.ValueKind == JsonValueKind.Object
                    && item.Value.TryGetProperty("Visual_description", out JsonElement text)
                    && text.ValueKind == JsonValueKind.String
                    && !string.IsNullOrWhiteSpace(text.GetString())
                        ? text.GetString()!.ToLowerInvariant()
                        : null;
            }
        }

        return null;
    }

    [GeneratedRegex("<([^\n]*)>", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();

    private sealed record Scene([property: JsonPropertyName("key_frames")] Dictionary<string, Frame?>? KeyFrames);

    private sealed record Frame([property: JsonPropertyName("key_object_infos")] JsonElement Objects);
}
