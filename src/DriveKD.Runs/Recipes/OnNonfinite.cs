namespace DriveKD.Runs.Recipes;

/// <summary>What to do with a sample whose loss or gradient is NaN or infinite.</summary>
public enum OnNonfinite
{
    /// <summary>Save what was reached, name the sample and stop.</summary>
    Stop,

    /// <summary>Leave its gradient out, name it, count it and go on.</summary>
    SkipAndCount,
}
