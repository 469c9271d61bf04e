namespace DriveKD.Models.Measurement;

/// <summary>How far a measurement has come.</summary>
/// <param name="What">What is being done: model, case and repeat.</param>
/// <param name="Done">Steps done: loads and answers.</param>
/// <param name="Total">Steps in all.</param>
public sealed record MeasureProgress(string What, int Done, int Total);
