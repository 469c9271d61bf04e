namespace DriveKD.Data.Samples.Inspection;

/// <summary>A picture that two record files share; a corrupted picture (DriveBench) is that of the photograph it was made from.</summary>
/// <param name="Path">Its path as the inspected file records it.</param>
/// <param name="OtherPath">Its path as the other file records it.</param>
/// <param name="ByContent">True where only the files' content is the same (SHA-256), under two paths.</param>
public sealed record SharedPicture(string Path, string OtherPath, bool ByContent);
