namespace DriveKD.World.Roads.Generation;

/// <summary>What a map is about.</summary>
internal enum RoadKind
{
    /// <summary>A straight road.</summary>
    Straight,

    /// <summary>A bend.</summary>
    Curve,

    /// <summary>A junction of four arms.</summary>
    Crossroads,

    /// <summary>A junction of three arms.</summary>
    Tee,
}
