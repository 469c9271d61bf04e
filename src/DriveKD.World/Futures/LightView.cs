namespace DriveKD.World.Futures;

/// <summary>What the traffic light that counts for ego shows.</summary>
public enum LightView
{
    /// <summary>There is none in sight.</summary>
    None,

    /// <summary>Red.</summary>
    Red,

    /// <summary>Yellow.</summary>
    Yellow,

    /// <summary>Green.</summary>
    Green,
}
