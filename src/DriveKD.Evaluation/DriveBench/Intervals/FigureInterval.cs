namespace DriveKD.Evaluation.DriveBench.Intervals;

/// <summary>A confidence interval of a figure.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct FigureInterval(double Low, double High);
