namespace DriveKD.World.Actors;

/// <summary>What an actor is about to do. It decides the future; a picture shows it only by indicators, lamps and posture.</summary>
public enum Intent
{
    /// <summary>Goes on as it does.</summary>
    KeepOn,

    /// <summary>Stands and stays.</summary>
    Stay,

    /// <summary>Changes to the lane on the left.</summary>
    ChangeLeft,

    /// <summary>Changes to the lane on the right.</summary>
    ChangeRight,

    /// <summary>Turns left at the junction ahead.</summary>
    TurnLeft,

    /// <summary>Turns right at the junction ahead.</summary>
    TurnRight,

    /// <summary>A pedestrian that will cross, or is crossing, the road.</summary>
    Cross,

    /// <summary>A pedestrian that waits to cross.</summary>
    Wait,
}
