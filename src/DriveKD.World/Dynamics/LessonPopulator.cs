using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Roads.Generation;
using DriveKD.World.Scenes;

namespace DriveKD.World.Dynamics;

/// <summary>Draws lessons: scenes in which what happens next follows from what the front picture shows and from ego's pace.</summary>
internal sealed class LessonPopulator
{
    /// <summary>Ego's and the traffic's speeds in metres per second where the pace is slow.</summary>
    public const double SlowPace = 3.6;

    /// <summary>The same where it is fast.</summary>
    public const double FastPace = 8;

    // They drive close behind each other: else the bands could not be filled without everybody braking.
    private const double Headway = 0.05;
    private const double StandingGap = 0.5;

    private static readonly ActorColor[] _colors = [ActorColor.Red, ActorColor.Blue, ActorColor.Green, ActorColor.White, ActorColor.Black];

    private readonly RoadNetwork _network;
    private readonly List<Agent> _agents = [];

    private LessonPopulator(RoadNetwork network) => _network = network;

    /// <summary>Draws a lesson.</summary>
    public static (Simulation Simulation, Weather Weather) Create(SeedStreams streams, WorldSettings settings)
    {
        RandomStream random = streams.Open("lesson/scene");
        double heading = PortableTrigonometry.Wrap(2 * Math.PI * random.NextDouble());
        double pace = random.NextInt(2) == 0 ? SlowPace : FastPace;
        bool isJammed = random.NextDouble() < settings.JamProbability;
        double drawnLight = random.NextDouble();
        bool hasLight = drawnLight < 0.5;
        bool isRed = drawnLight < 0.2 && !isJammed;
        bool hasCrossing = hasLight || random.NextDouble() < 0.4;
        (bool Left, bool Right) isDashed = (random.NextDouble() < 0.72, random.NextDouble() < 0.75);
        bool isCrossed = hasCrossing && !isJammed && (isRed || !hasLight) && random.NextDouble() < 0.2;
        double since = random.NextDouble();
        Weather weather = random.NextDouble() < 0.6 ? Weather.Clear : Weather.Overcast;
        RoadNetwork network = new(LessonRoad.Create(heading, hasCrossing, hasLight, Line(isDashed.Left), Line(isDashed.Right)));

        // Green and red last longer than any horizon.
        SignalProgram program = new(isRed ? 18.5 + (3 * since) : 1 + (7 * since));
        LessonPopulator populator = new(network);
        populator.AddEgo(_colors[random.NextInt(_colors.Length)], pace);
        foreach (LessonVehicle vehicle in new LessonTraffic(pace, isRed || isCrossed, isDashed).Draw(streams.Open("lesson/vehicles"), isJammed))
        {
            populator.Add(vehicle);
        }

        populator.AddPeople(streams.Open("lesson/people"), hasCrossing, isCrossed);
        Simulation simulation = new(network, program, populator._agents);
        ShowLamps(simulation);
        return (simulation, weather);
    }

    private static LaneLine Line(bool isDashed) => isDashed ? LaneLine.Dashed : LaneLine.Solid;

    // The lamps are those of the moment, without a step before it.
    private static void ShowLamps(Simulation simulation)
    {
        foreach (Agent agent in simulation.Agents.Where(agent => agent.IsVehicle))
        {
            (double Acceleration, double Steering) planned = Driver.Plan(simulation, agent);
            agent.Acceleration = agent.Speed == 0 ? 0 : agent.Model.Limit(planned, agent.Steering, DrivingWorld.StepSeconds).Acceleration;
            agent.IsBraking = !agent.IsBrokenDown && (agent.Acceleration < -0.5 || agent.Speed < 0.1);
        }
    }

    private void AddEgo(ActorColor color, double pace) => _agents.Add(Vehicle(ActorKind.Car, color, (4.5, 1.85, 1.5), 1, 0, 0, (pace, pace), -1, false));

    private void Add(LessonVehicle vehicle)
    {
        int change = vehicle.Motion switch { Futures.Motion.SignalsLeft => -1, Futures.Motion.SignalsRight => 1, _ => 0 };
        Agent agent = Vehicle(
            vehicle.Kind,
            vehicle.Color,
            vehicle.Size,
            vehicle.Lane,
            vehicle.Back + (0.5 * vehicle.Size.Length),
            vehicle.Offset,
            (vehicle.Speed, vehicle.DesiredSpeed),
            change,
            vehicle.Motion == Futures.Motion.Stopped);
        _agents.Add(agent);
    }

    private Agent Vehicle(ActorKind kind, ActorColor color, (double Length, double Width, double Height) size, int lane, double ahead, double offset,
        (double Now, double Desired) speed, int change, bool isBrokenDown)
    {
        double along = LessonRoad.EgoAlong + ahead;
        int id = lane;
        while (along > _network.Geometry[id].Length)
        {
            along -= _network.Geometry[id].Length;
            id = _network.Map.Lanes[id].Next[0];
        }

        (Vector point, Vector direction) = _network.Geometry[id].At(along);
        Lane road = _network.Map.Lanes[id];
        return new Agent
        {
            Id = _agents.Count,
            Kind = kind,
            Color = color,
            Length = size.Length,
            Width = size.Width,
            Height = size.Height,
            Model = BicycleModel.Of(kind, size.Length),
            Pose = new Pose(point + (direction.Left * offset), PortableTrigonometry.Atan2(direction.Y, direction.X)),
            Direction = direction,
            Speed = speed.Now,
            MaxSpeed = speed.Desired,
            Offset = offset,
            Route = _network.Route(id, null, 0),
            Along = along,
            IsOnLane = true,
            IsBrokenDown = isBrokenDown,
            Headway = Headway,
            StandingGap = StandingGap,
            BearableBraking = 6,

            // Nobody changes lanes who does not show it from the beginning: the indicator has been on for a second.
            Patience = double.PositiveInfinity,
            ChangeTo = (_agents.Count == 0 ? 0 : change) switch { -1 => road.LeftLane ?? -1, 1 => road.RightLane ?? -1, _ => -1 },
            ChangeSeconds = 1,
        };
    }

    private void AddPeople(RandomStream random, bool hasCrossing, bool isCrossed)
    {
        if (isCrossed)
        {
            AddCrosser(random, random.NextInt(2) == 0 ? -1 : 1, isOnRoad: true);
        }

        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            foreach (double ahead in (ReadOnlySpan<double>)[19.6, 28.5])
            {
                bool isThere = random.NextDouble() < 0.3;
                bool looksAtRoad = random.NextInt(2) == 0;
                bool isOutward = random.NextInt(2) == 0;
                double place = LessonRoad.EgoAlong + ahead + (2 * random.NextDouble());
                if (!isThere)
                {
                    continue;
                }

                if (looksAtRoad && hasCrossing)
                {
                    // One at each end of the crossing: nobody else looks at the road.
                    if (ahead < 20 && !isCrossed)
                    {
                        AddCrosser(random, side, isOnRoad: false);
                    }
                }
                else
                {
                    Vector from = Beside(place, side * (LessonRoad.HalfWidth + (looksAtRoad ? 0.7 : 1.4)));
                    Vector to = looksAtRoad ? Beside(place, 0) : Beside(place + (isOutward ? 40 : -40), side * (LessonRoad.HalfWidth + 1.4));
                    AddPerson(random, from, (to - from).Unit, looksAtRoad ? [] : [to], looksAtRoad ? 0 : 1.2, looksAtRoad ? Intent.Stay : Intent.KeepOn, -1, 0);
                }
            }
        }
    }

    private void AddCrosser(RandomStream random, int side, bool isOnRoad)
    {
        Crossing zebra = _network.Map.Crossings[0];
        (Vector near, Vector far) = side < 0 ? (zebra.From, zebra.To) : (zebra.To, zebra.From);
        Vector over = (far - near).Unit;
        Vector track = over.Left * (0.6 * (random.NextDouble() - 0.5));
        (Vector kerb, Vector other) = (near - (over * 0.6) + track, far + (over * 0.6) + track);
        double progress = random.NextDouble();

        // Who is on the road stays on it for longer than any horizon.
        Vector place = isOnRoad ? kerb + (over * (0.9 + (1.3 * progress))) : kerb;
        AddPerson(random, place, over, [kerb, other, other + over], isOnRoad ? 0.85 : 1.35, isOnRoad ? Intent.Cross : Intent.Wait, 0, isOnRoad ? -1 : 0);
    }

    private void AddPerson(RandomStream random, Vector place, Vector direction, Vector[] way, double speed, Intent intent, int crossing, double waited) => _agents.Add(new Agent
    {
        Id = _agents.Count,
        Kind = ActorKind.Pedestrian,
        Color = _colors[random.NextInt(_colors.Length)],
        Length = 0.5,
        Width = 0.6,
        Height = 1.75,
        Model = BicycleModel.Of(ActorKind.Pedestrian, 0.5),
        Pose = new Pose(place, PortableTrigonometry.Atan2(direction.Y, direction.X)),
        Direction = direction,
        Speed = intent is Intent.Cross or Intent.KeepOn ? speed : 0,
        MaxSpeed = speed,
        Intent = intent,
        Waypoints = way,
        NextWaypoint = crossing >= 0 ? 1 : 0,
        Crossing = crossing,
        KerbWaypoint = crossing >= 0 ? 0 : -1,
        WaitedSeconds = waited,
    });

    private Vector Beside(double along, double left)
    {
        // The middle lane begins with the road.
        Vector start = _network.Geometry[1].Points[0];
        Vector direction = _network.Geometry[1].Directions[0];
        return start + (direction * along) + (direction.Left * left);
    }
}
