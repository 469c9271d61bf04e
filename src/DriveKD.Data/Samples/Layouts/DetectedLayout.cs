namespace DriveKD.Data.Samples.Layouts;

/// <summary>What the first look at a file found.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="Container">The key that holds the list of records; null where the root is the list, or for DriveLM.</param>
internal sealed record DetectedLayout(RecordLayout Layout, string? Container);
