namespace DriveKD.Runs.Recipes;

/// <summary>What decides which model is best.</summary>
public enum ValidationMetric
{
    /// <summary>The mean over the capabilities of the cross-entropy: lower is better.</summary>
    Loss,

    /// <summary>The mean over the capabilities of the share of answers that equal the reference: higher is better.</summary>
    ExactMatch,
}
