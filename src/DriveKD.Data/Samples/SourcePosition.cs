namespace DriveKD.Data.Samples;

/// <summary>Where a sample stands in its record file.</summary>
/// <param name="File">The record file.</param>
/// <param name="Index">The sample's number in the file, from 0, in reading order.</param>
/// <param name="JsonPath">Its place in the file, for example <c>$[3]</c> or <c>$.scene.key_frames.frame.QA.planning[0]</c>.</param>
public sealed record SourcePosition(string File, int Index, string JsonPath)
{
    /// <inheritdoc />
    public override string ToString() => $"{File}, sample {Index} ({JsonPath})";
}
