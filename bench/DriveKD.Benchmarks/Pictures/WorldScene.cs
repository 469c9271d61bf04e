using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.Benchmarks.Pictures;

/// <summary>A street made by hand, about as full as scenes are: ten lanes, fifteen actors, eighteen houses and trees.</summary>
internal static class WorldScene
{
    private const double LaneWidth = 3.4;

    public static WorldState Create() => new()
    {
        Map = CreateMap(),
        Time = 0.4,
        Ego = Create(0, ActorKind.Car, 0, 0),
        Actors =
        [
            Create(1, ActorKind.Car, 12, 0) with { IsBraking = true },
            Create(2, ActorKind.Car, 15, LaneWidth) with { Indicator = Indicator.Right },
            Create(3, ActorKind.Truck, 34, 0),
            Create(4, ActorKind.Bus, 24, 2 * LaneWidth, Math.PI),
            Create(5, ActorKind.Cyclist, 9, -2.9),
            Create(6, ActorKind.Pedestrian, 19, -3.3, Math.PI / 2),
            Create(7, ActorKind.Pedestrian, 28, 2.5, Math.PI / 2) with { Speed = 1.4 },
            Create(8, ActorKind.Cone, 8, -1.6),
            Create(9, ActorKind.Car, -14, 0),
            Create(10, ActorKind.Truck, 45, 2 * LaneWidth, Math.PI),
            Create(11, ActorKind.Car, 22, LaneWidth),
            Create(12, ActorKind.Pedestrian, 14, -5),
            Create(13, ActorKind.Car, 38, LaneWidth) with { Indicator = Indicator.Hazard },
            Create(14, ActorKind.Cyclist, 17, -2.6) with { Indicator = Indicator.Left },
            Create(15, ActorKind.Cone, 10, -1.6),
        ],
        Signals = [SignalPhase.Red, SignalPhase.Green],
    };

    private static ActorState Create(int id, ActorKind kind, double x, double y, double heading = 0)
    {
        (double length, double width, double height) = kind switch
        {
            ActorKind.Truck => (8, 2.5, 3.3),
            ActorKind.Bus => (11, 2.5, 3.1),
            ActorKind.Cyclist => (1.8, 0.6, 1.75),
            ActorKind.Pedestrian => (0.5, 0.5, 1.75),
            ActorKind.Cone => (0.45, 0.45, 0.8),
            _ => (4.5, 1.8, 1.5),
        };
        return new ActorState
        {
            Id = id,
            Kind = kind,
            Color = (ActorColor)(id % 6),
            Pose = new Pose(new Vector(x, y), heading),
            Length = length,
            Width = width,
            Height = height,
        };
    }

    private static RoadMap CreateMap() => new()
    {
        Lanes = [.. Enumerable.Range(0, 5).SelectMany(i => (Lane[])[CreateLane(2 * i, i, isAcross: false), CreateLane((2 * i) + 1, i, isAcross: true)])],
        Crossings = [new Crossing(0, new Vector(28, -1.7), new Vector(28, 8.5), 3, [new LanePosition(0, 88)], 0)],
        Signals = [new TrafficSignal(0, new Pose(new Vector(26, -2.6), Math.PI), 0), new TrafficSignal(1, new Pose(new Vector(42, 10), 0), 1)],
        Signs = [new TrafficSign(0, SignKind.Stop, new Pose(new Vector(16, -4.2), Math.PI))],
        Asphalt =
        [
            [new Vector(-60, -1.7), new Vector(100, -1.7), new Vector(100, 15.3), new Vector(-60, 15.3)],
            [new Vector(32, -60), new Vector(49, -60), new Vector(49, 100), new Vector(32, 100)],
        ],
        Sidewalks = [[new Vector(-60, -4.7), new Vector(100, -4.7), new Vector(100, 18.3), new Vector(-60, 18.3)]],
        Buildings =
        [
            .. Enumerable.Range(0, 6).Select(i =>
                new Building(BuildingKind.House, new Pose(new Vector(-40 + (22 * i), 26), 0), 14, 10, 6 + (3 * (i % 3)), i / 6.0)),
            .. Enumerable.Range(0, 6).Select(i =>
                new Building(BuildingKind.House, new Pose(new Vector(-34 + (22 * i), -13), 0), 12, 9, 6 + (3 * (i % 2)), (5 - i) / 6.0)),
            .. Enumerable.Range(0, 6).Select(i => new Building(BuildingKind.Tree, new Pose(new Vector(-30 + (15 * i), 19), 0), 3, 3, 6, i / 6.0)),
        ],
    };

    private static Lane CreateLane(int id, int place, bool isAcross) => new()
    {
        Id = id,
        Centre =
        [
            .. Enumerable.Range(0, 81).Select(i => isAcross ? new Vector(33.7 + (LaneWidth * place), -60 + (2 * i)) : new Vector(-60 + (2 * i), LaneWidth * place)),
        ],
        Width = LaneWidth,
        SpeedLimit = 13.9,
        LeftLine = place == 4 ? LaneLine.Edge : LaneLine.Dashed,
        RightLine = place == 0 ? LaneLine.Edge : LaneLine.Solid,
        Signal = isAcross ? null : 0,
        StopDistance = 74.5,
    };
}
