namespace DriveKD.Evaluation.Deployment;

/// <summary>One line of a plan.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Amount">Bytes or operations.</param>
/// <param name="Formula">How it is computed.</param>
public sealed record PlanPart(string Name, double Amount, string Formula);
