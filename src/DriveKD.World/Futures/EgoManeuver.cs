namespace DriveKD.World.Futures;

/// <summary>What ego could do next. Each is driven in a fork of the world to see what comes of it.</summary>
public enum EgoManeuver
{
    /// <summary>Brakes firmly to rest and stays.</summary>
    Stop,

    /// <summary>Brakes gently: slower, still moving.</summary>
    Brake,

    /// <summary>Keeps its speed and lane.</summary>
    Keep,

    /// <summary>Drives faster in its lane.</summary>
    Accelerate,

    /// <summary>Changes to the lane on the left.</summary>
    ChangeLeft,

    /// <summary>Changes to the lane on the right.</summary>
    ChangeRight,
}
