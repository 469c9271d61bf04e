namespace DriveKD.Distillation.Benchmarking;

/// <summary>How far a measurement is.</summary>
/// <param name="What">What is measured now.</param>
/// <param name="Done">Steps that are done.</param>
/// <param name="Total">All steps.</param>
/// <param name="RemainingSeconds">Guessed from what is done; null while nothing is.</param>
public sealed record BenchProgress(string What, int Done, int Total, double? RemainingSeconds = null);
