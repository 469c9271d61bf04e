using DriveKD.Runs.Folders;
using DriveKD.World.Geometry;

namespace DriveKD.World.Roads.Generation;

/// <summary>Draws houses and trees beside the roads.</summary>
internal static class RoadsideGenerator
{
    /// <summary>Adds them to a map whose roads are complete.</summary>
    public static void Add(RoadMapBuilder builder, RandomStream random)
    {
        double density = 0.4 + (0.6 * random.NextDouble());
        (Vector Point, double Free)[] kerbs = [.. builder.Roads.SelectMany(road => road.Line.Beside(0, road.Line.Length, 0, 4)
            .Select(point => (point, road.HalfWidth + RoadMapBuilder.SidewalkWidth)))];
        foreach (Road road in builder.Roads)
        {
            foreach (int side in (ReadOnlySpan<int>)[-1, 1])
            {
                AddSide(builder, random, road, side, density, kerbs);
            }
        }
    }

    private static void AddSide(RoadMapBuilder builder, RandomStream random, Road road, int side, double density, (Vector Point, double Free)[] kerbs)
    {
        double sidewalk = road.HalfWidth + RoadMapBuilder.SidewalkWidth;
        for (double along = 4 + (10 * random.NextDouble()); along < road.Line.Length - 6; along += 15 + (8 * random.NextDouble()))
        {
            (double length, double width, double height) = (8 + (5 * random.NextDouble()), 7 + (4 * random.NextDouble()), 5 + (9 * random.NextDouble()));
            double distance = sidewalk + 4 + (4 * random.NextDouble()) + (width / 2);
            double shade = random.NextDouble();
            Pose house = Beside(road, along, side * distance);
            if (random.NextDouble() < density && IsFree(house.Position, 0.5 * Math.Sqrt((length * length) + (width * width)), kerbs))
            {
                builder.AddBuilding(new Building(BuildingKind.House, house, length, width, height, shade));
            }

            (double crown, double top) = (2.2 + (1.6 * random.NextDouble()), 4 + (4 * random.NextDouble()));
            double between = Math.Min(along + 7.5 + random.NextDouble(), road.Line.Length);
            Pose tree = Beside(road, between, side * (sidewalk + 1.9));
            shade = random.NextDouble();
            if (random.NextDouble() < density && IsFree(tree.Position, 0.5, kerbs))
            {
                builder.AddBuilding(new Building(BuildingKind.Tree, tree, crown, crown, top, shade));
            }
        }
    }

    private static Pose Beside(Road road, double along, double left)
    {
        Pose pose = road.Line.At(along);
        return pose with { Position = pose.Position + (pose.Direction.Left * left) };
    }

    private static bool IsFree(Vector place, double radius, (Vector Point, double Free)[] kerbs) =>
        Array.TrueForAll(kerbs, kerb => (kerb.Point - place).Length > kerb.Free + radius);
}
