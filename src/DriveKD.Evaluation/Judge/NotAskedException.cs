namespace DriveKD.Evaluation.Judge;

/// <summary>A question that was not sent, because the run has stopped asking.</summary>
internal sealed class NotAskedException(string reason) : Exception(reason);
