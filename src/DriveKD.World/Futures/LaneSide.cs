namespace DriveKD.World.Futures;

/// <summary>Where an object is, seen from ego's lane.</summary>
public enum LaneSide
{
    /// <summary>The lane on the left of ego's, in ego's direction.</summary>
    Left,

    /// <summary>Ego's own lane.</summary>
    Ego,

    /// <summary>The lane on the right of ego's.</summary>
    Right,

    /// <summary>The sidewalk or verge on the left.</summary>
    LeftRoadside,

    /// <summary>The sidewalk or verge on the right.</summary>
    RightRoadside,

    /// <summary>Anywhere else: oncoming lanes, side roads.</summary>
    Elsewhere,
}
