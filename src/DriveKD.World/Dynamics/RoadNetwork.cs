using DriveKD.World.Geometry;
using DriveKD.World.Roads;

namespace DriveKD.World.Dynamics;

/// <summary>What driving needs to know of a map, worked out once and shared by all futures of a scene.</summary>
internal sealed class RoadNetwork
{
    // Paths over a junction that come nearer than this, in metres, cannot be driven at once.
    private const double Clearance = 2.7;

    private readonly bool[,] _conflicts;

    public RoadNetwork(RoadMap map)
    {
        Map = map;
        Geometry = [.. map.Lanes.Select(lane => new LaneGeometry(lane))];
        Crossings = [.. map.Lanes.Select(_ => new List<(int Crossing, double Along)>())];
        foreach (Crossing crossing in map.Crossings)
        {
            foreach (LanePosition place in crossing.Lanes)
            {
                Crossings[place.Lane].Add((crossing.Id, place.Along));
            }
        }

        Rank = new int[map.Lanes.Count];
        int[] origin = new int[map.Lanes.Count];
        foreach (Lane lane in map.Lanes)
        {
            foreach (int next in lane.Next.Where(next => map.Lanes[next].Turn is not null))
            {
                origin[next] = lane.Id;
                Rank[next] = (lane.Sign is null ? 0 : 2) + (map.Lanes[next].Turn == TurnKind.Left ? 1 : 0);
            }
        }

        int[] connectors = [.. map.Lanes.Where(lane => lane.Turn is not null).Select(lane => lane.Id)];
        _conflicts = new bool[map.Lanes.Count, map.Lanes.Count];
        foreach (int a in connectors)
        {
            foreach (int b in connectors)
            {
                bool haveOneOrigin = origin[a] == origin[b] || map.Lanes[origin[a]].LeftLane == origin[b] || map.Lanes[origin[a]].RightLane == origin[b];
                _conflicts[a, b] = a < b ? !haveOneOrigin && Meet(Geometry[a], Geometry[b]) : _conflicts[b, a];
            }
        }
    }

    /// <summary>The map.</summary>
    public RoadMap Map { get; }

    /// <summary>The lanes measured, by id.</summary>
    public LaneGeometry[] Geometry { get; }

    /// <summary>The crossings of each lane and where their middles lie.</summary>
    public List<(int Crossing, double Along)>[] Crossings { get; }

    /// <summary>Who gives way on a junction, by lane: lower goes first.</summary>
    public int[] Rank { get; }

    /// <summary>Whether two lanes over a junction meet.</summary>
    public bool Conflict(int a, int b) => _conflicts[a, b];

    /// <summary>The lanes from one on to the edge of the map.</summary>
    /// <param name="lane">The first.</param>
    /// <param name="turn">The way over the junction, where the lane has it.</param>
    /// <param name="choice">Chooses the way where <paramref name="turn"/> is null or cannot be had.</param>
    public int[] Route(int lane, TurnKind? turn, int choice)
    {
        List<int> route = [lane];
        while (Map.Lanes[route[^1]].Next is { Count: > 0 } next)
        {
            int chosen = next.Where(id => Map.Lanes[id].Turn == turn).DefaultIfEmpty(next[choice % next.Count]).First();
            route.Add(chosen);
        }

        return [.. route];
    }

    /// <summary>The lane that a point lies on, by distance from its centre line, among those of about its heading.</summary>
    public LanePosition? Locate(Vector point, Vector direction)
    {
        (double best, LanePosition? found) = (2.2 * 2.2, null);
        for (int lane = 0; lane < Geometry.Length; lane++)
        {
            LaneGeometry geometry = Geometry[lane];
            for (int i = 0; i + 1 < geometry.Points.Length; i++)
            {
                Vector offset = point - geometry.Points[i];
                double part = offset.Dot(geometry.Directions[i]);
                if (part < 0 || part > geometry.Along[i + 1] - geometry.Along[i] || geometry.Directions[i].Dot(direction) < 0.7)
                {
                    continue;
                }

                double left = geometry.Directions[i].Cross(offset);
                if (left * left < best)
                {
                    (best, found) = (left * left, new LanePosition(lane, geometry.Along[i] + part));
                }
            }
        }

        return found;
    }

    private static bool Meet(LaneGeometry a, LaneGeometry b)
    {
        foreach (Vector point in a.Points)
        {
            foreach (Vector other in b.Points)
            {
                Vector between = point - other;
                if (between.Dot(between) < Clearance * Clearance)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
