using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;

namespace DriveKD.World.Dynamics;

/// <summary>An actor as the simulation moves it: its state and what it has in mind.</summary>
internal sealed class Agent
{
    public required int Id { get; init; }

    public required ActorKind Kind { get; init; }

    public required ActorColor Color { get; init; }

    public required double Length { get; init; }

    public required double Width { get; init; }

    public required double Height { get; init; }

    public required BicycleModel Model { get; init; }

    public required Pose Pose { get; set; }

    /// <summary>Where it looks; kept, because a sine costs more than a read.</summary>
    public required Vector Direction { get; set; }

    public double Speed { get; set; }

    public double Acceleration { get; set; }

    public double Steering { get; set; }

    public bool IsBraking { get; set; }

    public Indicator Indicator { get; set; }

    public Intent Intent { get; set; }

    /// <summary>The lanes to follow; the present one is at <see cref="RouteIndex"/>. Shared by forks: replaced, never written.</summary>
    public int[] Route { get; set; } = [];

    public int RouteIndex { get; set; }

    /// <summary>Metres along the lane.</summary>
    public double Along { get; set; }

    /// <summary>Whether it is on a lane.</summary>
    public bool IsOnLane { get; set; }

    /// <summary>Metres to the left of the lane's centre at which it drives.</summary>
    public double Offset { get; init; }

    /// <summary>Metres to the left of that which a lane change has still to make good.</summary>
    public double Shift { get; set; }

    /// <summary>Times the speed limit, or the speed itself for who is slower than any limit.</summary>
    public double DesiredFactor { get; init; } = 1;

    public double MaxSpeed { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds that its driver keeps behind others.</summary>
    public double Headway { get; init; } = IntelligentDriver.Headway;

    /// <summary>Metres that its driver keeps behind who stands.</summary>
    public double StandingGap { get; init; } = IntelligentDriver.StandingGap;

    /// <summary>The braking that its driver forces upon others by a lane change, at most; metres per second squared.</summary>
    public double BearableBraking { get; init; } = 2;

    /// <summary>Whether it stands with its hazard lights on.</summary>
    public bool IsBrokenDown { get; init; }

    /// <summary>The lane that it is about to change to; -1 for none.</summary>
    public int ChangeTo { get; set; } = -1;

    /// <summary>Seconds since it shows that.</summary>
    public double ChangeSeconds { get; set; }

    /// <summary>Seconds until it may think of another change.</summary>
    public double Patience { get; set; }

    /// <summary>Seconds at rest before the stop sign of its lane.</summary>
    public double StoppedSeconds { get; set; }

    /// <summary>The way of somebody on foot. Shared by forks.</summary>
    public Vector[] Waypoints { get; init; } = [];

    public int NextWaypoint { get; set; }

    /// <summary>The crossing that somebody on foot uses; -1 for none.</summary>
    public int Crossing { get; init; } = -1;

    /// <summary>The waypoint that is the near kerb of the crossing; the next is the far one.</summary>
    public int KerbWaypoint { get; init; } = -1;

    public double WaitedSeconds { get; set; }

    public int Lane => Route[RouteIndex];

    public bool IsVehicle => Kind is not (ActorKind.Pedestrian or ActorKind.Cone);

    /// <summary>Whether somebody on foot is on the road.</summary>
    public bool IsCrossing => Crossing >= 0 && NextWaypoint == KerbWaypoint + 1 && WaitedSeconds < 0;

    /// <summary>Whether somebody on foot stands at the kerb and wants to cross.</summary>
    public bool WaitsToCross => Crossing >= 0 && NextWaypoint == KerbWaypoint + 1 && WaitedSeconds >= 0;

    public Agent Copy() => (Agent)MemberwiseClone();

    public ActorState ToState() => new()
    {
        Id = Id,
        Kind = Kind,
        Color = Color,
        Pose = Pose,
        Length = Length,
        Width = Width,
        Height = Height,
        Speed = Speed,
        Acceleration = Acceleration,
        Steering = Steering,
        Lane = IsOnLane ? new LanePosition(Lane, Along) : null,
        IsBraking = IsBraking,
        Indicator = Indicator,
        Intent = Intent,
    };
}
