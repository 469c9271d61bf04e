namespace DriveKD.World.Futures;

/// <summary>Why a maneuver is wrong, the gravest first that the rolled-out future shows.</summary>
public enum ManeuverFault
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Ego touches somebody.</summary>
    Collision,

    /// <summary>Ego comes closer to somebody than is safe, or makes them brake hard.</summary>
    NearMiss,

    /// <summary>Ego passes a red light.</summary>
    RedLight,

    /// <summary>Ego changes its lane over a solid line.</summary>
    SolidLine,

    /// <summary>Ego drives faster than is allowed.</summary>
    SpeedLimit,

    /// <summary>There is no lane on that side.</summary>
    NoLane,

    /// <summary>It makes less way than another maneuver that is as safe.</summary>
    NoProgress,
}
