namespace DriveKD.Evaluation.Statistics;

/// <summary>What one model scored on one question.</summary>
/// <param name="Id">The question; what is compared are equal ids.</param>
/// <param name="Cluster">Its scene, or the question itself where none is recorded.</param>
/// <param name="Score">A finite number; 0 and 1 for wrong and right.</param>
public sealed record ScoredQuestion(string Id, string Cluster, double Score);
