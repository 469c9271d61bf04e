using DriveKD.World.Geometry;

namespace DriveKD.World.Roads;

/// <summary>A zebra crossing over a whole road.</summary>
/// <param name="Id">Its index in <see cref="RoadMap.Crossings"/>.</param>
/// <param name="From">The middle of one end, at the kerb.</param>
/// <param name="To">The middle of the other end.</param>
/// <param name="Width">Metres along the road.</param>
/// <param name="Lanes">The lanes that it crosses, with the metres along each at which its middle lies.</param>
/// <param name="Signal">The signal whose red lets pedestrians walk; null for none: they have priority.</param>
public sealed record Crossing(int Id, Vector From, Vector To, double Width, IReadOnlyList<LanePosition> Lanes, int? Signal);
