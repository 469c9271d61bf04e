namespace DriveKD.Data.Samples;

/// <summary>One picture of a sample.</summary>
/// <param name="RecordedPath">The path as the record file holds it.</param>
/// <param name="FullPath">The absolute path under the image root.</param>
/// <param name="Camera">The camera's name (CAM_FRONT, ...) where the record or the path tells it.</param>
public sealed record SampleImage(string RecordedPath, string FullPath, string? Camera);
