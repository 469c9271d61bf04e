namespace DriveKD.World.Actors;

/// <summary>The colour of a vehicle, or of somebody's jacket.</summary>
public enum ActorColor
{
    /// <summary>Red.</summary>
    Red,

    /// <summary>Blue.</summary>
    Blue,

    /// <summary>Green.</summary>
    Green,

    /// <summary>White.</summary>
    White,

    /// <summary>Black.</summary>
    Black,

    /// <summary>Yellow.</summary>
    Yellow,

    /// <summary>Orange, as cones are.</summary>
    Orange,
}
