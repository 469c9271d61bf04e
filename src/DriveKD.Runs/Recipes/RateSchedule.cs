namespace DriveKD.Runs.Recipes;

/// <summary>The curve of the learning rate after the warm-up.</summary>
public enum RateSchedule
{
    /// <summary>The full rate to the end.</summary>
    Constant,

    /// <summary>Half a cosine from the full rate down to the minimum at the last step.</summary>
    Cosine,

    /// <summary>A straight line from the full rate down to the minimum at the last step.</summary>
    Linear,
}
