using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Evaluation.DriveBench.Records;

/// <summary>One key frame of a file of scenes.</summary>
/// <param name="Scene">The scene's token.</param>
/// <param name="Frame">The frame's token.</param>
/// <param name="Content">Its questions, objects, pictures.</param>
internal sealed record FrameRecord(string Scene, string Frame, RecordNode Content)
{
    /// <summary>Whether a root is an object of scenes with key frames.</summary>
    public static bool AreIn(RecordNode root) =>
        root.Kind == JsonValueKind.Object && root.Properties.Exists(scene => scene.Value.Kind == JsonValueKind.Object && scene.Value.Find("key_frames") is not null);

    /// <summary>Every key frame in the order of the file.</summary>
    public static IEnumerable<FrameRecord> ReadAll(string file, RecordNode root)
    {
        if (!AreIn(root))
        {
            throw new InputException(file, "holds no scenes with key_frames.");
        }

        return root.Properties.SelectMany(scene => (scene.Value.FindPresent("key_frames")?.Properties ?? [])
            .Select(frame => new FrameRecord(scene.Name, frame.Name, frame.Value)));
    }
}
