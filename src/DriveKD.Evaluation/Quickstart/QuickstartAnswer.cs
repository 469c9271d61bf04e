namespace DriveKD.Evaluation.Quickstart;

/// <summary>One model's answer.</summary>
/// <param name="Model">What the page calls the model.</param>
/// <param name="Text">The answer; null where the model failed.</param>
/// <param name="IsRight">Whether its decisive words are the reference's.</param>
public sealed record QuickstartAnswer(string Model, string? Text, bool IsRight);
