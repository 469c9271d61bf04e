namespace DriveKD.Data.Samples.Pictures;

/// <summary>Where a recorded path leads: a file, or what is wrong with it.</summary>
internal readonly record struct PictureResolution(string? FullPath, RecordFaultKind Fault, string What)
{
    public static PictureResolution Found(string fullPath) => new(fullPath, default, "");

    public static PictureResolution Faulty(RecordFaultKind kind, string what) => new(null, kind, what);
}
