namespace DriveKD.Evaluation.Compare;

/// <summary>A run that failed.</summary>
/// <param name="Run">Which.</param>
/// <param name="Error">Why.</param>
public sealed record RunFailure(CompareRun Run, string Error);
