namespace DriveKD.Evaluation.Answers;

/// <summary>How far a run has come.</summary>
/// <param name="Model">The model that answers.</param>
/// <param name="Corruption">The pass.</param>
/// <param name="Done">Questions of the pass that are done, those of an earlier start included.</param>
/// <param name="Total">Questions of the pass.</param>
/// <param name="Failed">Of those done, by an error.</param>
/// <param name="RunDone">Questions of the whole run that are done.</param>
/// <param name="RunTotal">Questions of the whole run: every model, every pass.</param>
/// <param name="PerSecond">Questions per second of this model since it is loaded; null before the first.</param>
/// <param name="Left">The time left by the pace up to now; null before the first answer.</param>
public sealed record AnswerProgress(
    string Model, string Corruption, int Done, int Total, int Failed, long RunDone, long RunTotal, double? PerSecond, TimeSpan? Left);
