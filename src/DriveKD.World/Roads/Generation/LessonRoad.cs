using DriveKD.World.Geometry;

namespace DriveKD.World.Roads.Generation;

/// <summary>The road of lessons: straight, one-way, three lanes. Ego stands at <see cref="EgoAlong"/>.</summary>
internal static class LessonRoad
{
    /// <summary>Metres per second: 30 km/h.</summary>
    public const double SpeedLimit = 30 / 3.6;

    /// <summary>Metres from the road's beginning to ego.</summary>
    public const double EgoAlong = 30;

    /// <summary>Metres from ego to the line at which vehicles stop.</summary>
    public const double StopLine = 16.1;

    /// <summary>Metres from ego to the middle of the crossing.</summary>
    public const double CrossingMiddle = 18.2;

    private const int LaneCount = 3;
    private const double Length = 180;
    private const double CrossingWidth = 2.8;

    // The lanes that vehicles drive over the crossing, where it has a light.
    private const double PieceStart = StopLine + 0.5;
    private const double PieceEnd = CrossingMiddle + 1.5;

    /// <summary>Half the width of the asphalt in metres.</summary>
    public static double HalfWidth => LaneCount * RoadMapBuilder.LaneWidth / 2;

    /// <summary>Makes the road.</summary>
    /// <param name="heading">Where it leads.</param>
    /// <param name="hasCrossing">Whether a crossing lies ahead of ego.</param>
    /// <param name="hasLight">Whether the crossing has a light.</param>
    /// <param name="left">The line on the left of ego's lane.</param>
    /// <param name="right">The line on its right.</param>
    public static RoadMap Create(double heading, bool hasCrossing, bool hasLight, LaneLine left, LaneLine right)
    {
        double[] ends = hasLight ? [0, EgoAlong + PieceStart, EgoAlong + PieceEnd, Length] : [0, Length];
        Pose start = new(Vector.Of(heading) * -EgoAlong, heading);
        ReferenceLine line = new ReferenceLine(start).Add(Length);
        LaneLine[] lines = [LaneLine.Edge, left, right, LaneLine.Edge];
        List<Lane> lanes = [];
        for (int piece = 0; piece + 1 < ends.Length; piece++)
        {
            for (int lane = 0; lane < LaneCount; lane++)
            {
                int id = lanes.Count;
                lanes.Add(new Lane
                {
                    Id = id,
                    Centre = line.Beside(ends[piece], ends[piece + 1], (1 - lane) * RoadMapBuilder.LaneWidth, 1.8),
                    Width = RoadMapBuilder.LaneWidth,
                    SpeedLimit = SpeedLimit,
                    LeftLane = lane == 0 ? null : id - 1,
                    RightLane = lane == LaneCount - 1 ? null : id + 1,
                    LeftLine = lines[lane],
                    RightLine = lines[lane + 1],
                    Next = piece + 2 < ends.Length ? [id + LaneCount] : [],
                    Turn = hasLight && piece == 1 ? TurnKind.Straight : null,
                    Signal = hasLight && piece == 0 ? 0 : null,
                    StopDistance = hasLight && piece == 0 ? PieceStart - StopLine : 0,
                });
            }
        }

        double half = HalfWidth;
        double walk = half + RoadMapBuilder.SidewalkWidth;
        return new RoadMap
        {
            Lanes = lanes,
            Asphalt = [Strip(-half, half)],
            Sidewalks = [Strip(half, walk), Strip(-walk, -half)],
            Crossings = hasCrossing ? [CreateCrossing(line, lanes, hasLight)] : [],
            Signals = hasLight ? [new TrafficSignal(0, Beside(line, EgoAlong + StopLine, -half - 0.6, Math.PI), 0)] : [],
        };

        Vector[] Strip(double from, double to) => [.. line.Beside(0, Length, from, Length), .. line.Beside(Length, 0, to, Length)];
    }

    private static Crossing CreateCrossing(ReferenceLine line, List<Lane> lanes, bool hasLight)
    {
        double along = EgoAlong + CrossingMiddle;
        Pose middle = line.At(along);
        Vector side = middle.Direction.Left * HalfWidth;
        LanePosition[] places =
        [
            .. Enumerable.Range(hasLight ? LaneCount : 0, LaneCount).Select(lane => new LanePosition(lane, hasLight ? CrossingMiddle - PieceStart : along)),
        ];
        return new Crossing(0, middle.Position - side, middle.Position + side, CrossingWidth, places, hasLight ? 0 : null);
    }

    private static Pose Beside(ReferenceLine line, double along, double left, double turned)
    {
        Pose pose = line.At(along);
        return new Pose(pose.Position + (pose.Direction.Left * left), PortableTrigonometry.Wrap(pose.Heading + turned));
    }
}
