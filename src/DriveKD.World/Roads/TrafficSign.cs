using DriveKD.World.Geometry;

namespace DriveKD.World.Roads;

/// <summary>A sign beside the road.</summary>
/// <param name="Id">Its index in <see cref="RoadMap.Signs"/>.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Pose">Its post, and where its face looks: against the traffic that obeys it.</param>
public sealed record TrafficSign(int Id, SignKind Kind, Pose Pose);
