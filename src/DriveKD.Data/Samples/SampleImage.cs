namespace DriveKD.Data.Samples;

/// <summary>One picture of a sample.</summary>
/// <param name="RecordedPath">The path as the record file holds it.</param>
/// <param name="FullPath">
/// The absolute path of the file, which lies under the image root and is not empty; null where the records were read without an
/// image root.
/// </param>
/// <param name="Camera">The camera's name (CAM_FRONT, ...) where the record or the path tells it.</param>
public sealed record SampleImage(string RecordedPath, string? FullPath, string? Camera);
