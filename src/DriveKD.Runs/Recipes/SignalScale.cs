namespace DriveKD.Runs.Recipes;

/// <summary>What a squared distance is measured against.</summary>
public enum SignalScale
{
    /// <summary>Nothing: the mean squared difference as it is.</summary>
    Published,

    /// <summary>The target's own squares: 1 is as far as a student that gives zeros.</summary>
    Relative,
}
