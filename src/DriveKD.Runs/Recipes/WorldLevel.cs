namespace DriveKD.Runs.Recipes;

/// <summary>How hard the scenes of the driving world are.</summary>
public enum WorldLevel
{
    /// <summary>A straight one-way road of three lanes.</summary>
    Lesson,

    /// <summary>Open roads without junctions.</summary>
    Road,

    /// <summary>Everything.</summary>
    Town,
}
