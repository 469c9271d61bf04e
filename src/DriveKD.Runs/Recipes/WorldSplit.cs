namespace DriveKD.Runs.Recipes;

/// <summary>Three parts of the driving world's scenes; no scene is in two of them.</summary>
public enum WorldSplit
{
    /// <summary>To train on.</summary>
    Train,

    /// <summary>To choose settings by.</summary>
    Validation,

    /// <summary>To look at once, at the end.</summary>
    Test,
}
