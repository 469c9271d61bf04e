namespace DriveKD.World.Futures;

/// <summary>What comes of a maneuver, as it was rolled out.</summary>
/// <param name="Maneuver">What ego does.</param>
/// <param name="Fault">Why it is wrong; none for the best, and for others that would do as well.</param>
/// <param name="ActorId">Who is touched or endangered; null where nobody is.</param>
/// <param name="ProgressMetres">The way made along the road within the horizon.</param>
public sealed record ManeuverFuture(EgoManeuver Maneuver, ManeuverFault Fault, int? ActorId, double ProgressMetres)
{
    /// <summary>Nobody is touched or endangered, and no rule is broken.</summary>
    public bool IsSafe => Fault is ManeuverFault.None or ManeuverFault.NoProgress;
}
