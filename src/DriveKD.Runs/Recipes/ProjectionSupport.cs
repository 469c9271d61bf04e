namespace DriveKD.Runs.Recipes;

/// <summary>In which parameters a projection takes a conflicting gradient's part away.</summary>
public enum ProjectionSupport
{
    /// <summary>In all of them, as the formula says.</summary>
    Full,

    /// <summary>Only in those that the projected gradient's own loss reaches, as the published trainer does.</summary>
    Reached,
}
