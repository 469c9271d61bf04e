using DriveKD.World.Geometry;

namespace DriveKD.World.Roads;

/// <summary>A traffic light for one approach of a junction.</summary>
/// <param name="Id">Its index in <see cref="RoadMap.Signals"/>.</param>
/// <param name="Pose">Its post, and where its lamps look: against the traffic that obeys it.</param>
/// <param name="Group">Signals of one group are green together; opposite approaches share one.</param>
public sealed record TrafficSignal(int Id, Pose Pose, int Group);
