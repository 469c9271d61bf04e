namespace DriveKD.Evaluation.Judge;

/// <summary>How far a run is.</summary>
/// <param name="Done">Records done.</param>
/// <param name="Total">Records.</param>
/// <param name="Unscored">Of those done, without a score.</param>
/// <param name="Tokens">Tokens spent in this run.</param>
/// <param name="Left">The time left, by the pace up to now; null while it is not known.</param>
public sealed record JudgeProgress(int Done, int Total, int Unscored, long Tokens, TimeSpan? Left);
