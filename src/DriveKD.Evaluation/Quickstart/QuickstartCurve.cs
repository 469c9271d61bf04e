using DriveKD.Runs.Metrics;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>What a training recorded of its steps.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Log">The metrics.</param>
public sealed record QuickstartCurve(string Arm, long Seed, MetricsLog Log);
