namespace DriveKD.Data.Samples.Inspection;

/// <summary>A recorded path that leads to no usable file under the image root; the faults say why.</summary>
/// <param name="RecordedPath">The path.</param>
/// <param name="Samples">How many samples need it.</param>
public sealed record UnusablePicture(string RecordedPath, int Samples);
