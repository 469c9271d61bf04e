using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Tests.Roads.Generation;

public class RoadMapGeneratorTests
{
    // Micrometres: what the arc of a connector may miss by rounding.
    private const double Tolerance = 1e-6;

    [Fact]
    public void Generate_ManySeeds_LanesGoOnFromEachOther()
    {
        int connectors = 0;
        foreach (RoadMap map in Maps())
        {
            foreach (Lane lane in map.Lanes)
            {
                Assert.Equal(lane, map.Lanes[lane.Id]);
                Assert.True(lane.Centre.Count >= 2);
                connectors += lane.Turn is null ? 0 : 1;
                for (int i = 1; i < lane.Centre.Count; i++)
                {
                    Assert.InRange((lane.Centre[i] - lane.Centre[i - 1]).Length, 1e-3, 2);
                }

                foreach (Lane next in lane.Next.Select(id => map.Lanes[id]))
                {
                    Assert.InRange((next.Centre[0] - lane.Centre[^1]).Length, 0, Tolerance);
                    Vector end = (lane.Centre[^1] - lane.Centre[^2]).Unit;
                    Assert.True(end.Dot((next.Centre[1] - next.Centre[0]).Unit) > 0.97, "There is a kink between two lanes.");
                }
            }
        }

        Assert.True(connectors > 500);
    }

    [Fact]
    public void Generate_ManySeeds_NeighboursAreMutualAndShareTheirLine()
    {
        foreach (RoadMap map in Maps())
        {
            foreach (Lane lane in map.Lanes)
            {
                if (lane.LeftLane is { } left)
                {
                    Assert.Equal(lane.Id, map.Lanes[left].RightLane);
                    Assert.Equal(lane.LeftLine, map.Lanes[left].RightLine);
                    Vector across = map.Lanes[left].Centre[0] - lane.Centre[0];
                    Assert.Equal(lane.Width, across.Length, Tolerance);
                    Assert.True((lane.Centre[1] - lane.Centre[0]).Cross(across) > 0);
                }

                if (lane.RightLane is { } right)
                {
                    Assert.Equal(lane.Id, map.Lanes[right].LeftLane);
                }
            }
        }
    }

    [Fact]
    public void Generate_ManySeeds_EveryLaneLeadsSomewhereOrToTheEdge()
    {
        foreach (RoadMap map in Maps())
        {
            Assert.All(map.Lanes.Where(lane => lane.Next.Count == 0), lane => Assert.True(lane.Centre[^1].Length > 120));
            Assert.All(map.Crossings.SelectMany(crossing => crossing.Lanes.Select(place => (crossing, place))), pair =>
                Assert.InRange(pair.place.Along, 0, map.Lanes[pair.place.Lane].Centre.Zip(map.Lanes[pair.place.Lane].Centre.Skip(1), (a, b) => (b - a).Length).Sum()));
        }
    }

    private static IEnumerable<RoadMap> Maps() => Enumerable.Range(0, 100).Select(seed => DrivingWorld.Create((ulong)seed).State.Map);
}
