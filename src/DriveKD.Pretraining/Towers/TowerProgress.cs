namespace DriveKD.Pretraining.Towers;

/// <summary>One step of a tower's training.</summary>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="TotalSteps">Optimizer steps of the whole run.</param>
/// <param name="Loss">The step's loss.</param>
/// <param name="StepsPerSecond">Over the steps of this process.</param>
/// <param name="HeldOut">The look at held-out pictures after this step; null where there was none.</param>
public sealed record TowerProgress(int Step, int TotalSteps, double Loss, double StepsPerSecond, TowerAccuracy? HeldOut);
