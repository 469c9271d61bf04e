using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Tests.Rendering;

/// <summary>Scenes made by hand: a straight road to the east with two lanes ahead and one back; ego stands at the origin on the right lane.</summary>
internal static class TestScenes
{
    public const double LaneWidth = 3.4;

    /// <summary>The road alone.</summary>
    public static WorldState Empty(TimeOfDay time = TimeOfDay.Day, Weather weather = Weather.Clear, RoadMap? map = null) => new()
    {
        Map = map ?? Road(),
        Time = 0,
        Ego = Actor(0, ActorKind.Car, 0, 0, color: ActorColor.White),
        Actors = [],
        Signals = [SignalPhase.Red],
        Route = [0],
        TimeOfDay = time,
        Weather = weather,
    };

    /// <summary>Some of everything.</summary>
    public static WorldState Street(TimeOfDay time = TimeOfDay.Day, Weather weather = Weather.Clear) => Empty(time, weather) with
    {
        Time = 0.4,
        Actors =
        [
            Actor(1, ActorKind.Car, 12, 0, color: ActorColor.Red) with { IsBraking = true },
            Actor(2, ActorKind.Car, 15, LaneWidth, color: ActorColor.Blue) with { Indicator = Indicator.Right, Speed = 8 },
            Actor(3, ActorKind.Truck, 34, 0, color: ActorColor.Green) with { Speed = 4 },
            Actor(4, ActorKind.Bus, 24, 2 * LaneWidth, Math.PI, ActorColor.Yellow) with { Speed = 9 },
            Actor(5, ActorKind.Cyclist, 9, -2.9, color: ActorColor.Orange) with { Speed = 4 },
            Actor(6, ActorKind.Pedestrian, 19, -3.3, Math.PI / 2, ActorColor.Red),
            Actor(7, ActorKind.Pedestrian, 28, 2.5, Math.PI / 2, ActorColor.Blue) with { Speed = 1.4 },
            Actor(8, ActorKind.Cone, 8, -1.6, color: ActorColor.Orange),
            Actor(9, ActorKind.Car, -14, 0, color: ActorColor.Black) with { Speed = 10, Indicator = Indicator.Left },
            Actor(10, ActorKind.Truck, 45, 2 * LaneWidth, Math.PI, ActorColor.White) with { Speed = 9 },
            Actor(11, ActorKind.Car, -3, LaneWidth, color: ActorColor.Green) with { Speed = 9 },
            Actor(12, ActorKind.Pedestrian, 3, -5, color: ActorColor.Yellow),
            Actor(13, ActorKind.Car, 38, LaneWidth, color: ActorColor.White) with { Indicator = Indicator.Hazard },
            Actor(14, ActorKind.Cyclist, -8, -2.6, color: ActorColor.Blue) with { Indicator = Indicator.Left },
            Actor(15, ActorKind.Cone, 10, -1.6, color: ActorColor.Orange),
        ],
    };

    /// <summary>The road with one actor.</summary>
    public static WorldState With(ActorState actor, TimeOfDay time = TimeOfDay.Day, Weather weather = Weather.Clear) =>
        Empty(time, weather, Road() with { Signals = [], Buildings = [] }) with { Actors = [actor] };

    /// <summary>An actor of its kind's usual size.</summary>
    public static ActorState Actor(int id, ActorKind kind, double x, double y, double heading = 0, ActorColor color = ActorColor.Red)
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
        return new ActorState { Id = id, Kind = kind, Color = color, Pose = new Pose(new Vector(x, y), heading), Length = length, Width = width, Height = height };
    }

    /// <summary>Three lanes, a signal and a crossing at 28 m, a sign, houses and trees.</summary>
    public static RoadMap Road() => new()
    {
        Lanes =
        [
            Lane(0, 0, LaneLine.Dashed, LaneLine.Edge, isBack: false) with { LeftLane = 1, Signal = 0, StopDistance = 74.5 },
            Lane(1, LaneWidth, LaneLine.Double, LaneLine.Dashed, isBack: false) with { RightLane = 0, Signal = 0, StopDistance = 74.5 },
            Lane(2, 2 * LaneWidth, LaneLine.Double, LaneLine.Edge, isBack: true),
        ],
        Crossings = [new Crossing(0, new Vector(28, -1.7), new Vector(28, 8.5), 3, [new LanePosition(0, 88), new LanePosition(1, 88)], 0)],
        Signals = [new TrafficSignal(0, new Pose(new Vector(26, -2.6), Math.PI), 0)],
        Signs = [new TrafficSign(0, SignKind.Stop, new Pose(new Vector(16, -4.2), Math.PI)), new TrafficSign(1, SignKind.Yield, new Pose(new Vector(22, 10), Math.PI))],
        Asphalt = [[new Vector(-60, -1.7), new Vector(100, -1.7), new Vector(100, 8.5), new Vector(-60, 8.5)]],
        Sidewalks =
        [
            [new Vector(-60, -4.7), new Vector(100, -4.7), new Vector(100, -1.7), new Vector(-60, -1.7)],
            [new Vector(-60, 8.5), new Vector(100, 8.5), new Vector(100, 11.5), new Vector(-60, 11.5)],
        ],
        Buildings =
        [
            .. Enumerable.Range(0, 6).Select(i =>
                new Building(BuildingKind.House, new Pose(new Vector(-40 + (22 * i), 19), 0), 14, 10, 6 + (3 * (i % 3)), i / 6.0)),
            .. Enumerable.Range(0, 6).Select(i =>
                new Building(BuildingKind.House, new Pose(new Vector(-34 + (22 * i), -13), 0), 12, 9, 6 + (3 * (i % 2)), (5 - i) / 6.0)),
            .. Enumerable.Range(0, 6).Select(i => new Building(BuildingKind.Tree, new Pose(new Vector(-30 + (15 * i), 12.8), 0), 3, 3, 6, i / 6.0)),
        ],
    };

    private static Lane Lane(int id, double y, LaneLine left, LaneLine right, bool isBack) => new()
    {
        Id = id,
        Centre = [.. Enumerable.Range(0, 81).Select(i => new Vector(isBack ? 100 - (2 * i) : -60 + (2 * i), y))],
        Width = LaneWidth,
        SpeedLimit = 13.9,
        LeftLine = left,
        RightLine = right,
    };
}
