namespace DriveKD.World.Roads.Generation;

/// <summary>A part of a road with one kind of line between its lanes.</summary>
/// <param name="From">Metres along the road's middle.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Forward">The line between the lanes along the middle.</param>
/// <param name="Backward">The line between the lanes against it.</param>
internal sealed record RoadSection(double From, double To, LaneLine Forward, LaneLine Backward);
