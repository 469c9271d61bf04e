namespace DriveKD.Runs.Recipes;

/// <summary>What to do when a model fails on a question.</summary>
public enum OnModelError
{
    /// <summary>Write the error in the answer's place, count it and go on.</summary>
    Record,

    /// <summary>Write the error and stop the run, which can be resumed.</summary>
    Stop,
}
