using DriveKD.Data.Samples;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Compare;

/// <summary>How an arm does on one capability, over its seeds.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Size">Training samples of each capability; null for all.</param>
/// <param name="Capability">The capability; null for the mean over all that have questions.</param>
/// <param name="Seeds">The seeds that finished.</param>
/// <param name="Values">The share of exact answers of each, 0 to 1.</param>
/// <param name="Summary">Mean, spread and interval over the seeds.</param>
public sealed record ArmFigure(string Arm, int? Size, Capability? Capability, IReadOnlyList<long> Seeds, IReadOnlyList<double> Values, SeedSummary Summary);
