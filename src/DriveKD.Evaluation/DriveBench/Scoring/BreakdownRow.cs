namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>The figures of the questions that share a value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Cells">By form, those that occur.</param>
public sealed record BreakdownRow(string Value, IReadOnlyList<CellFigures> Cells);
