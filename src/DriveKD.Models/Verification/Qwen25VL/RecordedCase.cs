namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>A case of a folder.</summary>
/// <param name="Checkpoint">The folder of its model; null where there is none whose name the files' names begin with.</param>
/// <param name="Name">What it is called: CHECKPOINT/CASE, or the files' name where it has no checkpoint.</param>
/// <param name="Path">The files' path without their extensions.</param>
internal sealed record RecordedCase(string? Checkpoint, string Name, string Path);
