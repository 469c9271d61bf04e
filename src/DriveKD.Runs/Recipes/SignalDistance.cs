namespace DriveKD.Runs.Recipes;

/// <summary>How far the student is from its target.</summary>
public enum SignalDistance
{
    /// <summary>The mean of the squared differences.</summary>
    Squared,

    /// <summary>One minus the cosine.</summary>
    Cosine,

    /// <summary>The KL divergence of the student's attention rows from the teacher's.</summary>
    Divergence,
}
