using DriveKD.World.Geometry;

namespace DriveKD.World.Roads.Generation;

/// <summary>Collects what a map is made of, and links lanes where they go on from each other.</summary>
internal sealed class RoadMapBuilder
{
    /// <summary>Metres.</summary>
    public const double LaneWidth = 3.4;

    /// <summary>Metres.</summary>
    public const double SidewalkWidth = 2.6;

    /// <summary>Metres along the road.</summary>
    public const double CrossingWidth = 3;

    // On the outside of the narrowest bend the points stay less than 2 m apart.
    private const double Spacing = 1.6;

    private readonly List<Lane> _lanes = [];
    private readonly List<Crossing> _crossings = [];
    private readonly List<TrafficSignal> _signals = [];
    private readonly List<TrafficSign> _signs = [];
    private readonly List<IReadOnlyList<Vector>> _asphalt = [];
    private readonly List<IReadOnlyList<Vector>> _sidewalks = [];
    private readonly List<Building> _buildings = [];

    /// <summary>The roads so far.</summary>
    public List<Road> Roads { get; } = [];

    /// <summary>The lanes so far.</summary>
    public IReadOnlyList<Lane> Lanes => _lanes;

    /// <summary>Adds a road: its lanes, its asphalt and the sidewalks on both sides.</summary>
    public Road AddRoad(ReferenceLine line, int lanes, double speedLimit, IReadOnlyList<RoadSection> sections)
    {
        int[][] forward = [.. sections.Select(section => AddLanes(line, section.From, section.To, -1, lanes, speedLimit, section.Forward))];
        int[][] backward = [.. sections.Select(section => AddLanes(line, section.To, section.From, 1, lanes, speedLimit, section.Backward))];
        for (int section = 0; section + 1 < sections.Count; section++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                Link(forward[section][lane], forward[section + 1][lane]);
                Link(backward[section + 1][lane], backward[section][lane]);
            }
        }

        Road road = new(line, lanes, sections, forward, backward);
        Roads.Add(road);
        double half = road.HalfWidth;
        _asphalt.Add(Strip(line, -half, half));
        _sidewalks.Add(Strip(line, half, half + SidewalkWidth));
        _sidewalks.Add(Strip(line, -half - SidewalkWidth, -half));
        return road;
    }

    /// <summary>Adds a lane over a junction.</summary>
    public void AddConnector(int from, int to, TurnKind turn)
    {
        (Lane incoming, Lane outgoing) = (_lanes[from], _lanes[to]);
        (Vector start, Vector end) = (incoming.Centre[^1], outgoing.Centre[0]);
        Vector ahead = (start - incoming.Centre[^2]).Unit;
        Vector exit = (outgoing.Centre[1] - end).Unit;
        List<Vector> points = [start];
        double speed = incoming.SpeedLimit;
        if (turn == TurnKind.Straight)
        {
            int count = (int)Math.Ceiling((end - start).Length / Spacing);
            points.AddRange(Enumerable.Range(1, count).Select(i => i == count ? end : start + ((end - start) * ((double)i / count))));
        }
        else
        {
            (double along, double across) = ((end - start).Dot(ahead), (end - start).Dot(exit));
            double radius = Math.Min(along, across);
            Vector bend = start + (ahead * (along - radius));
            AddStraight(points, bend);
            int count = (int)Math.Ceiling(radius * Math.PI / 2 / Spacing);
            for (int i = 1; i <= count; i++)
            {
                Vector arc = Vector.Of(Math.PI / 2 * i / count);
                points.Add(bend + (ahead * (radius * arc.Y)) + (exit * (radius * (1 - arc.X))));
            }

            AddStraight(points, end);
            // 2.4 m/s^2 sideways is what passengers bear.
            speed = Math.Min(speed, Math.Sqrt(2.4 * radius));
        }

        int id = _lanes.Count;
        _lanes.Add(new Lane
        {
            Id = id,
            Centre = points,
            Width = LaneWidth,
            SpeedLimit = speed,
            LeftLine = LaneLine.None,
            RightLine = LaneLine.None,
            Turn = turn,
            Next = [to],
        });
        Link(from, id);
    }

    /// <summary>Adds a crossing over a road.</summary>
    /// <returns>Its id.</returns>
    public int AddCrossing(Road road, double along, int? signal)
    {
        Pose pose = road.Line.At(along);
        Vector side = pose.Direction.Left * road.HalfWidth;
        int section = Enumerable.Range(0, road.Sections.Count).First(i => along >= road.Sections[i].From && along <= road.Sections[i].To);
        List<LanePosition> lanes = [];
        foreach (int id in road.Forward[section].Concat(road.Backward[section]))
        {
            // Lanes of a bend are longer or shorter than its middle.
            Lane lane = _lanes[id];
            double best = double.MaxValue;
            (double sum, double at) = (0, 0);
            for (int i = 1; i < lane.Centre.Count; i++)
            {
                Vector piece = lane.Centre[i] - lane.Centre[i - 1];
                double part = Math.Clamp((pose.Position - lane.Centre[i - 1]).Dot(piece.Unit), 0, piece.Length);
                double distance = Math.Abs((lane.Centre[i - 1] + (piece.Unit * part) - pose.Position).Dot(pose.Direction));
                (best, at) = distance < best ? (distance, sum + part) : (best, at);
                sum += piece.Length;
            }

            lanes.Add(new LanePosition(id, at));
        }

        _crossings.Add(new Crossing(_crossings.Count, pose.Position - side, pose.Position + side, CrossingWidth, lanes, signal));
        return _crossings.Count - 1;
    }

    /// <summary>Adds a traffic light, and lets lanes obey it.</summary>
    /// <returns>Its id.</returns>
    public int AddSignal(Pose pose, int group, IEnumerable<int> lanes, double stopDistance)
    {
        _signals.Add(new TrafficSignal(_signals.Count, pose, group));
        foreach (int lane in lanes)
        {
            _lanes[lane] = _lanes[lane] with { Signal = _signals.Count - 1, StopDistance = stopDistance };
        }

        return _signals.Count - 1;
    }

    /// <summary>Adds a sign, and lets lanes obey it.</summary>
    public void AddSign(Pose pose, SignKind kind, IEnumerable<int> lanes, double stopDistance)
    {
        _signs.Add(new TrafficSign(_signs.Count, kind, pose));
        foreach (int lane in lanes)
        {
            _lanes[lane] = _lanes[lane] with { Sign = _signs.Count - 1, StopDistance = stopDistance };
        }
    }

    /// <summary>Gives lanes without signal or sign the place where they wait for others.</summary>
    public void SetStopDistance(IEnumerable<int> lanes, double stopDistance)
    {
        foreach (int lane in lanes)
        {
            _lanes[lane] = _lanes[lane] with { StopDistance = stopDistance };
        }
    }

    /// <summary>Adds asphalt.</summary>
    public void AddAsphalt(IReadOnlyList<Vector> polygon) => _asphalt.Add(polygon);

    /// <summary>Adds sidewalk.</summary>
    public void AddSidewalk(IReadOnlyList<Vector> polygon) => _sidewalks.Add(polygon);

    /// <summary>Adds a house or a tree.</summary>
    public void AddBuilding(Building building) => _buildings.Add(building);

    /// <summary>The map.</summary>
    public RoadMap Build() => new()
    {
        Lanes = _lanes,
        Crossings = _crossings,
        Signals = _signals,
        Signs = _signs,
        Asphalt = _asphalt,
        Sidewalks = _sidewalks,
        Buildings = _buildings,
    };

    private static void AddStraight(List<Vector> points, Vector to)
    {
        Vector from = points[^1];
        double length = (to - from).Length;
        // Two points in one place have no direction between them: the exact one of both stays.
        if (length < 1e-6)
        {
            points[^1] = points.Count == 1 ? from : to;
            return;
        }

        int count = (int)Math.Ceiling(length / Spacing);
        points.AddRange(Enumerable.Range(1, count).Select(i => i == count ? to : from + ((to - from) * ((double)i / count))));
    }

    private static Vector[] Strip(ReferenceLine line, double right, double left) =>
        [.. line.Beside(0, line.Length, right, 4), .. line.Beside(line.Length, 0, left, 4)];

    private int[] AddLanes(ReferenceLine line, double from, double to, int side, int count, double speedLimit, LaneLine between)
    {
        int first = _lanes.Count;
        for (int i = 0; i < count; i++)
        {
            _lanes.Add(new Lane
            {
                Id = first + i,
                Centre = line.Beside(from, to, side * (i + 0.5) * LaneWidth, Spacing),
                Width = LaneWidth,
                SpeedLimit = speedLimit,
                LeftLane = i == 0 ? null : first + i - 1,
                RightLane = i == count - 1 ? null : first + i + 1,
                LeftLine = i == 0 ? LaneLine.Double : between,
                RightLine = i == count - 1 ? LaneLine.Edge : between,
            });
        }

        return [.. Enumerable.Range(first, count)];
    }

    private void Link(int from, int to) => _lanes[from] = _lanes[from] with { Next = [.. _lanes[from].Next, to] };
}
