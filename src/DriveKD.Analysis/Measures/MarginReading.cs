namespace DriveKD.Analysis.Measures;

/// <summary>Which token's probability the generalised margin starts from.</summary>
public enum MarginReading
{
    /// <summary>The right token's, above the best of all others: negative where the model would say something else.</summary>
    Answer,

    /// <summary>The best token's, above the second best: how decided the model is, right or wrong.</summary>
    Top,
}
