using DriveKD.Runs.Folders;
using DriveKD.World.Geometry;
using DriveKD.World.Scenes;

namespace DriveKD.World.Roads.Generation;

/// <summary>Draws a map: a straight road, a bend or a junction, with what stands beside it.</summary>
internal static class RoadMapGenerator
{
    /// <summary>Metres from a junction to the end of its arms, and half the length of a road without one.</summary>
    public const double ArmLength = 170;

    // Metres before a junction from which the lines between lanes are solid.
    private const double SolidLength = 30;

    // Metres between the kerbs' corner and the ends of an arm's lanes: the radius of the corner.
    private const double CornerRadius = 8;

    // A crossing's middle and the stop line, from the end of the lanes.
    private const double CrossingDistance = 2.5;
    private const double StopDistance = 5;

    /// <summary>Draws a map.</summary>
    /// <param name="random">Used up as far as needed.</param>
    /// <param name="settings">Checked ones.</param>
    /// <returns>The map's parts, the junction's arms last drawn as roads that lead away from it.</returns>
    public static (RoadMapBuilder Builder, RoadKind Kind) Generate(RandomStream random, WorldSettings settings)
    {
        RoadMapBuilder builder = new();
        RoadKind kind = DrawKind(random, settings);
        int lanes = settings.FewestLanes + random.NextInt(settings.MostLanes - settings.FewestLanes + 1);
        double speedLimit = random.NextInt(3) switch { 0 => 30 / 3.6, 1 => 40 / 3.6, _ => 50 / 3.6 };
        double heading = PortableTrigonometry.Wrap(2 * Math.PI * random.NextDouble());
        if (kind is RoadKind.Straight or RoadKind.Curve)
        {
            AddOpenRoad(builder, random, kind == RoadKind.Curve, lanes, speedLimit, heading);
        }
        else
        {
            AddJunction(builder, random, settings, kind == RoadKind.Tee, lanes, speedLimit, heading);
        }

        RoadsideGenerator.Add(builder, random);
        return (builder, kind);
    }

    private static RoadKind DrawKind(RandomStream random, WorldSettings settings)
    {
        double[] shares = [settings.StraightShare, settings.CurveShare, settings.CrossroadsShare, settings.TeeShare];
        double drawn = random.NextDouble() * shares.Sum();
        int kind = 0;
        while (kind < shares.Length - 1 && (drawn >= shares[kind] || shares[kind] == 0))
        {
            drawn -= shares[kind];
            kind++;
        }

        return (RoadKind)kind;
    }

    private static void AddOpenRoad(RoadMapBuilder builder, RandomStream random, bool isCurve, int lanes, double speedLimit, double heading)
    {
        Vector start = Vector.Of(heading) * -ArmLength;
        ReferenceLine line = new(new Pose(start, heading));
        if (isCurve)
        {
            double curvature = (random.NextInt(2) == 0 ? 1 : -1) / (80 + (100 * random.NextDouble()));
            double before = 40 + (70 * random.NextDouble());
            double bend = Math.Min(120 + (40 * random.NextDouble()), 2 / Math.Abs(curvature));
            line.Add(before).Add(bend, curvature).Add((2 * ArmLength) - before - bend);
        }
        else
        {
            line.Add(2 * ArmLength);
        }

        if (random.NextDouble() < 0.6)
        {
            double crossing = 140 + (60 * random.NextDouble());
            Road road = builder.AddRoad(line, lanes, speedLimit,
            [
                new RoadSection(0, crossing - SolidLength, LaneLine.Dashed, LaneLine.Dashed),
                new RoadSection(crossing - SolidLength, crossing + SolidLength, LaneLine.Solid, LaneLine.Solid),
                new RoadSection(crossing + SolidLength, line.Length, LaneLine.Dashed, LaneLine.Dashed),
            ]);
            builder.AddCrossing(road, crossing, null);
        }
        else
        {
            builder.AddRoad(line, lanes, speedLimit, [new RoadSection(0, line.Length, LaneLine.Dashed, LaneLine.Dashed)]);
        }
    }

    private static void AddJunction(RoadMapBuilder builder, RandomStream random, WorldSettings settings, bool isTee, int lanes, double speedLimit, double heading)
    {
        int minorLanes = Math.Max(settings.FewestLanes, Math.Min(lanes, 1 + random.NextInt(2)));
        // A middle lane of the minor road would have nowhere to go where the road ends at a junction of three arms.
        minorLanes = isTee ? Math.Min(minorLanes, 2) : minorLanes;
        bool hasSignals = random.NextDouble() < settings.SignalShare;
        SignKind sign = random.NextInt(2) == 0 ? SignKind.Stop : SignKind.Yield;
        double mainCurvature = random.NextDouble() < 0.3 ? (random.NextInt(2) == 0 ? 1 : -1) / (140 + (80 * random.NextDouble())) : 0;
        int[] turns = isTee ? [0, 1, 2] : [0, 1, 2, 3];
        Road?[] arms = new Road?[4];
        foreach (int turn in turns)
        {
            bool isMain = turn % 2 == 0;
            double direction = PortableTrigonometry.Wrap(heading + (turn * Math.PI / 2));
            double edge = ((isMain ? minorLanes : lanes) * RoadMapBuilder.LaneWidth) + CornerRadius;
            ReferenceLine line = new ReferenceLine(new Pose(Vector.Of(direction) * edge, direction)).Add(60);
            line.Add(ArmLength - edge - 60, turn == 0 ? mainCurvature : 0);
            Road arm = builder.AddRoad(line, isMain ? lanes : minorLanes, speedLimit,
            [
                new RoadSection(0, SolidLength, LaneLine.Dashed, LaneLine.Solid),
                new RoadSection(SolidLength, line.Length, LaneLine.Dashed, LaneLine.Dashed),
            ]);
            arms[turn] = arm;
            AddControl(builder, random, arm, isMain, hasSignals, sign);
        }

        foreach (int from in turns)
        {
            AddConnectors(builder, arms, from);
        }

        AddSurface(builder, arms, heading, lanes * RoadMapBuilder.LaneWidth, minorLanes * RoadMapBuilder.LaneWidth);
    }

    private static void AddControl(RoadMapBuilder builder, RandomStream random, Road arm, bool isMain, bool hasSignals, SignKind sign)
    {
        int[] approach = arm.Backward[0];
        Pose stop = arm.Line.At(StopDistance);
        // Posts stand on the right of those who obey: seen outwards from the junction, on the left.
        Pose post = stop with { Position = stop.Position + (stop.Direction.Left * (arm.HalfWidth + 0.6)) };
        int? signal = hasSignals ? builder.AddSignal(post, isMain ? 0 : 1, approach, StopDistance) : null;
        if (!hasSignals && !isMain)
        {
            builder.AddSign(post, sign, approach, StopDistance);
        }
        else if (!hasSignals)
        {
            builder.SetStopDistance(approach, StopDistance);
        }

        // Without signals the main road is too wide and too fast to share priority with the minor one.
        if (hasSignals || !isMain || random.NextInt(2) == 0)
        {
            builder.AddCrossing(arm, CrossingDistance, signal);
        }
    }

    private static void AddConnectors(RoadMapBuilder builder, Road?[] arms, int from)
    {
        int[] approach = arms[from]!.Backward[0];
        int last = approach.Length - 1;
        if (arms[(from + 2) % 4] is { } opposite)
        {
            for (int lane = 0; lane <= last; lane++)
            {
                builder.AddConnector(approach[lane], opposite.Forward[0][lane], TurnKind.Straight);
            }
        }

        // Arms are numbered counterclockwise as the junction sees them: whoever comes in has the next one on the right.
        if (arms[(from + 3) % 4] is { } left)
        {
            builder.AddConnector(approach[0], left.Forward[0][0], TurnKind.Left);
        }

        if (arms[(from + 1) % 4] is { } right)
        {
            builder.AddConnector(approach[last], right.Forward[0][^1], TurnKind.Right);
        }
    }

    private static void AddSurface(RoadMapBuilder builder, Road?[] arms, double heading, double mainHalf, double minorHalf)
    {
        List<Vector> outline = [];
        for (int turn = 0; turn < 4; turn++)
        {
            Vector ahead = Vector.Of(heading + (turn * Math.PI / 2));
            (double half, double across) = turn % 2 == 0 ? (mainHalf, minorHalf) : (minorHalf, mainHalf);
            if (arms[turn] is null)
            {
                // The through road's kerb runs on where no arm is.
                Vector kerb = ahead * across;
                Vector run = ahead.Left * (half + CornerRadius);
                outline.Add(kerb - run);
                outline.Add(kerb + run);
                Vector depth = ahead * RoadMapBuilder.SidewalkWidth;
                builder.AddSidewalk([kerb - run, kerb + run, kerb + run + depth, kerb - run + depth]);
                continue;
            }

            Vector edge = ahead * (across + CornerRadius);
            outline.Add(edge - (ahead.Left * half));
            outline.Add(edge + (ahead.Left * half));
            if (arms[(turn + 1) % 4] is null)
            {
                continue;
            }

            Vector centre = (ahead * (across + CornerRadius)) + (ahead.Left * (half + CornerRadius));
            Vector[] arc = [.. Enumerable.Range(0, 7).Select(i => Vector.Of(Math.PI / 2 * i / 6)).Select(part => (ahead.Left * -part.X) - (ahead * part.Y))];
            outline.AddRange(arc[1..^1].Select(part => centre + (part * CornerRadius)));
            builder.AddSidewalk([.. arc.Select(part => centre + (part * CornerRadius)), .. arc.Reverse().Select(part => centre + (part * (CornerRadius - RoadMapBuilder.SidewalkWidth)))]);
        }

        builder.AddAsphalt(outline);
    }
}
