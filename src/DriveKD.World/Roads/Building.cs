using DriveKD.World.Geometry;

namespace DriveKD.World.Roads;

/// <summary>A house or a tree beside the road: scenery, and cover.</summary>
/// <param name="Kind">Which of both.</param>
/// <param name="Pose">The middle of its footprint and the direction of its length.</param>
/// <param name="Length">Metres along its direction.</param>
/// <param name="Width">Metres across.</param>
/// <param name="Height">Metres.</param>
/// <param name="Shade">0 to 1: chooses among the kind's colours.</param>
public sealed record Building(BuildingKind Kind, Pose Pose, double Length, double Width, double Height, double Shade);
