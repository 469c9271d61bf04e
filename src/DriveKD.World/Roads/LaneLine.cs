namespace DriveKD.World.Roads;

/// <summary>The marking between a lane and what lies beside it.</summary>
public enum LaneLine
{
    /// <summary>No marking, as on a junction.</summary>
    None,

    /// <summary>May be crossed.</summary>
    Dashed,

    /// <summary>Must not be crossed.</summary>
    Solid,

    /// <summary>Two solid lines between directions.</summary>
    Double,

    /// <summary>The edge of the road.</summary>
    Edge,
}
