namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>The figures by one property of the questions.</summary>
/// <param name="Name">The property: capability, question, camera, corruption.</param>
/// <param name="Rows">By value, and there by form.</param>
public sealed record Breakdown(string Name, IReadOnlyList<BreakdownRow> Rows);
