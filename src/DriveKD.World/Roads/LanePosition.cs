namespace DriveKD.World.Roads;

/// <summary>A place on a lane.</summary>
/// <param name="Lane">The lane's id.</param>
/// <param name="Along">Metres from its beginning.</param>
public readonly record struct LanePosition(int Lane, double Along);
