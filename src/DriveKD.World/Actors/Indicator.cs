namespace DriveKD.World.Actors;

/// <summary>Which indicators blink.</summary>
public enum Indicator
{
    /// <summary>None.</summary>
    Off,

    /// <summary>The left ones.</summary>
    Left,

    /// <summary>The right ones.</summary>
    Right,

    /// <summary>All four: the vehicle stands where it should not.</summary>
    Hazard,
}
