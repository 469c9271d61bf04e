namespace DriveKD.World.Roads.Generation;

/// <summary>A road of the map: its middle and, per section, the lanes of either direction from the middle outwards.</summary>
/// <param name="Line">Its middle.</param>
/// <param name="Lanes">Lanes per direction.</param>
/// <param name="Sections">The sections along its middle.</param>
/// <param name="Forward">Lane ids along the middle: by section, then from the middle outwards.</param>
/// <param name="Backward">Lane ids against the middle, likewise.</param>
internal sealed record Road(ReferenceLine Line, int Lanes, IReadOnlyList<RoadSection> Sections, int[][] Forward, int[][] Backward)
{
    /// <summary>Metres from the middle to the kerb.</summary>
    public double HalfWidth => Lanes * RoadMapBuilder.LaneWidth;
}
