namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>A question without a score.</summary>
/// <param name="Place">Its place in the file, or its id.</param>
/// <param name="Reason">Why.</param>
/// <param name="Route">Where it would be scored; null where that cannot be told.</param>
/// <param name="Detail">What was found; null where the reason says all.</param>
public sealed record UnscoredQuestion(string Place, UnscoredReason Reason, QuestionRoute? Route, string? Detail);
