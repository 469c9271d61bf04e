namespace DriveKD.Distillation.Pulls;

/// <summary>How a candidate pulls at the student, for one sample.</summary>
/// <param name="Candidate">The signal.</param>
/// <param name="Loss">Its loss, as optimised at weight 1.</param>
/// <param name="Gradient">The norm of its gradient over that of supervision's.</param>
/// <param name="Cosine">The cosine of the two gradients, -1 to 1; 0 where one of them is 0.</param>
public sealed record SignalPull(PullCandidate Candidate, double Loss, double Gradient, double Cosine);
