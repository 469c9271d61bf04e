using DriveKD.Data.Errors;
using DriveKD.Evaluation.DriveBench.Records;

namespace DriveKD.Evaluation.DriveBench.Descriptions;

/// <summary>
/// What a key frame's objects look like, looked up as DriveBench does: by the number and camera of the object that a question names.
/// The source is <c>visual_description.json</c> or any DriveLM file, both of scenes, key frames and <c>key_object_infos</c>.
/// </summary>
public sealed class ObjectDescriptions
{
    // One question needs no object; the published code passes this sentence to the judge.
    private const string SafeActionsQuestion = "In this scenario, what are safe actions to take for the ego vehicle?";
    private const string NotNeeded = "No visual description needed for this question.";

    private readonly Dictionary<(string Scene, string Frame), (string Tag, string? Description)[]> _frames = [];

    private ObjectDescriptions()
    {
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It cannot be read or is not of this form.</exception>
    public static ObjectDescriptions Read(string file)
    {
        ObjectDescriptions descriptions = new();
        foreach (FrameRecord frame in FrameRecord.ReadAll(file, JsonRecordFile.ReadObject(file)))
        {
            descriptions._frames[(frame.Scene, frame.Frame)] =
            [
                .. (frame.Content.FindPresent("key_object_infos")?.Properties ?? [])
                    .Select(item => (item.Name, item.Value.FindPresent("Visual_description")?.Text)),
            ];
        }

        return descriptions;
    }

    /// <summary>Looks up what a question's object looks like.</summary>
    /// <param name="scene">The scene's token.</param>
    /// <param name="frame">The key frame's token.</param>
    /// <param name="question">The question.</param>
    /// <param name="description">In small letters; null where the question names no object, or the object has no description.</param>
    /// <returns>False where the question names an object that the key frame does not have: the published code stops there.</returns>
    public bool TryFind(string? scene, string? frame, string question, out string? description)
    {
        description = question == SafeActionsQuestion ? NotNeeded : null;
        if (description is not null || Prefix(question) is not string prefix)
        {
            return true;
        }

        foreach ((string tag, string? text) in _frames.GetValueOrDefault((scene ?? "", frame ?? ""), []))
        {
            if (tag.StartsWith(prefix, StringComparison.Ordinal))
            {
                description = text?.ToLowerInvariant();
                return true;
            }
        }

        return false;
    }

    /// <summary>From the first &lt; to the last &gt; of its line, up to the second comma.</summary>
    private static string? Prefix(string question)
    {
        foreach (string line in question.Split('\n'))
        {
            int open = line.IndexOf('<', StringComparison.Ordinal);
            int close = line.LastIndexOf('>');
            if (open >= 0 && close > open)
            {
                return "<" + string.Join(',', line[(open + 1)..close].Split(',').Take(2));
            }
        }

        return null;
    }
}
