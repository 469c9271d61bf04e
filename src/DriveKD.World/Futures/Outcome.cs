namespace DriveKD.World.Futures;

/// <summary>What an actor turns out to do within the horizon, as the simulation shows it.</summary>
public enum Outcome
{
    /// <summary>A vehicle drives on in its lane at about its speed.</summary>
    KeepsGoing,

    /// <summary>A vehicle becomes slower and still moves.</summary>
    SlowsDown,

    /// <summary>A moving vehicle comes to rest.</summary>
    Stops,

    /// <summary>What stands keeps standing.</summary>
    Stays,

    /// <summary>A standing vehicle drives off.</summary>
    StartsMoving,

    /// <summary>A vehicle changes to the lane on its left.</summary>
    ChangesLeft,

    /// <summary>A vehicle changes to the lane on its right.</summary>
    ChangesRight,

    /// <summary>A vehicle turns left at a junction.</summary>
    TurnsLeft,

    /// <summary>A vehicle turns right at a junction.</summary>
    TurnsRight,

    /// <summary>A vehicle wants to change its lane and does not get to.</summary>
    WaitsForGap,

    /// <summary>Somebody on foot crosses the road.</summary>
    Crosses,

    /// <summary>Somebody on foot stands at the kerb and keeps standing there.</summary>
    WaitsAtKerb,

    /// <summary>Somebody on foot walks on along the road.</summary>
    WalksOn,
}
