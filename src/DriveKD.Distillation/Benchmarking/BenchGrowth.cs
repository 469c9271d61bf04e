namespace DriveKD.Distillation.Benchmarking;

/// <summary>How a step's time grows with its tokens.</summary>
/// <param name="What">What grows, in words.</param>
/// <param name="Tokens">Tokens of the larger step over those of the smaller.</param>
/// <param name="Seconds">Its time over the smaller's, medians.</param>
public sealed record BenchGrowth(string What, double Tokens, double Seconds);
