namespace DriveKD.World.Futures;

/// <summary>Why the best maneuver is the best.</summary>
public enum PlanReason
{
    /// <summary>Nothing hinders ego.</summary>
    RoadClear,

    /// <summary>The light ahead is red.</summary>
    RedLight,

    /// <summary>Somebody on foot crosses, or is about to.</summary>
    PersonCrosses,

    /// <summary>A vehicle ahead in ego's lane stands.</summary>
    StoppedAhead,

    /// <summary>A vehicle ahead in ego's lane brakes.</summary>
    BrakingAhead,

    /// <summary>A vehicle changes into ego's lane.</summary>
    MergesAhead,

    /// <summary>A vehicle ahead in ego's lane drives on: ego follows it.</summary>
    MovingAhead,
}
