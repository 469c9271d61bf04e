namespace DriveKD.Pretraining.Towers;

/// <summary>How a tower's training ended.</summary>
/// <param name="Steps">Optimizer steps done.</param>
/// <param name="WasCancelled">It was stopped before its last step.</param>
/// <param name="ModelFolder">The newest model folder that was written; null where nothing was trained.</param>
/// <param name="HeldOut">How well the finished tower sees; null where it was cancelled.</param>
public sealed record TowerOutcome(int Steps, bool WasCancelled, string? ModelFolder, TowerAccuracy? HeldOut);
