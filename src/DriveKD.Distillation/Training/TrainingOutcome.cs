namespace DriveKD.Distillation.Training;

/// <summary>How a training ended.</summary>
/// <param name="Steps">Optimizer steps done.</param>
/// <param name="WasCancelled">It was stopped before its last step.</param>
/// <param name="ModelFolder">The newest model folder that was written; null where nothing was trained.</param>
public sealed record TrainingOutcome(int Steps, bool WasCancelled, string? ModelFolder);
