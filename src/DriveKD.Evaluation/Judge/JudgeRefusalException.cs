namespace DriveKD.Evaluation.Judge;

/// <summary>A judge that failed on one message: too long for it, or with control tokens in it, as a rule.</summary>
internal sealed class JudgeRefusalException(string message, Exception innerException) : Exception(message, innerException);
