namespace DriveKD.Runs.Reports;

/// <summary>A loss at the beginning and at the end of a run, as the console's summary gives it.</summary>
/// <param name="Task">ce, perception, reasoning or planning.</param>
/// <param name="First">Mean over the first tenth of the steps.</param>
/// <param name="Last">Mean over the last tenth.</param>
/// <param name="Ratio">Last over first; null where the first is too small to divide by.</param>
/// <param name="HasRisen">Whether the rise is more than a hundredth and more than the loss's own noise.</param>
public sealed record LossChange(string Task, double First, double Last, double? Ratio, bool HasRisen);
