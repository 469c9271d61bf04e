using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>One figure of a cell.</summary>
/// <param name="Name">As in the JSON document.</param>
/// <param name="Value">The figure.</param>
/// <param name="Interval">Its 95 % interval; null where there are too few scenes to say.</param>
public sealed record CellFigure(string Name, double Value, Interval? Interval);
