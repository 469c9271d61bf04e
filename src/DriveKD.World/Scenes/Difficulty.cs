namespace DriveKD.World.Scenes;

/// <summary>How hard the scenes are.</summary>
public enum Difficulty
{
    /// <summary>
    /// A straight one-way road of three lanes, ego in the middle one; others in a few places. What happens next follows from what the front picture shows
    /// and from ego's pace.
    /// </summary>
    Lesson,

    /// <summary>Open roads of both directions without junctions.</summary>
    Road,

    /// <summary>Everything.</summary>
    Town,
}
