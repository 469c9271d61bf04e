using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Roads.Generation;
using DriveKD.World.Scenes;

namespace DriveKD.World.Dynamics;

/// <summary>Draws who is in a scene, and where.</summary>
internal sealed class ScenePopulator
{
    // A bus and the gap behind it fit into a slot.
    private const double SlotLength = 18;

    private static readonly ActorColor[] _vehicleColors = [ActorColor.Red, ActorColor.Blue, ActorColor.Green, ActorColor.White, ActorColor.Black, ActorColor.Yellow];

    private readonly RoadMapBuilder _builder;
    private readonly RoadNetwork _network;
    private readonly List<Agent> _agents = [];

    private ScenePopulator(RoadMapBuilder builder, RoadNetwork network) => (_builder, _network) = (builder, network);

    /// <summary>Draws everybody, ego first.</summary>
    public static List<Agent> Populate(SeedStreams streams, RoadMapBuilder builder, RoadNetwork network, RoadKind kind, WorldSettings settings)
    {
        ScenePopulator populator = new(builder, network);
        RandomStream ego = streams.Open("world/ego");
        populator.PlaceEgo(ego, kind);
        RandomStream events = streams.Open("world/events");
        bool isJammed = events.NextDouble() < settings.JamProbability;
        if (isJammed)
        {
            populator.PlaceJam(events);
        }
        else if (events.NextDouble() < settings.WorkZoneProbability)
        {
            populator.PlaceCones(events);
        }

        populator.PlaceVehicles(streams.Open("world/vehicles"), settings);
        populator.PlacePedestrians(streams.Open("world/pedestrians"), settings);
        return populator._agents;
    }

    /// <summary>Lowers the speeds until nobody has to brake hard at once.</summary>
    public static void SlowDown(Simulation world)
    {
        for (int pass = 0; pass < 14; pass++)
        {
            bool isSettled = true;
            foreach (Agent agent in world.Agents)
            {
                if (agent.IsVehicle && agent.Speed > 0 && Driver.Plan(world, agent).Acceleration < -2)
                {
                    agent.Speed = pass == 13 || agent.Speed < 0.5 ? 0 : 0.75 * agent.Speed;
                    isSettled = false;
                }
            }

            if (isSettled)
            {
                break;
            }
        }

        foreach (Agent agent in world.Agents)
        {
            (agent.ChangeTo, agent.StoppedSeconds) = (-1, 0);
        }
    }

    private static T Draw<T>(RandomStream random, T[] items) => items[random.NextInt(items.Length)];

    private void PlaceEgo(RandomStream random, RoadKind kind)
    {
        Road road = _builder.Roads[random.NextInt(_builder.Roads.Count)];
        int lane = random.NextInt(road.Lanes);
        double factor = 0.9 + (0.15 * random.NextDouble());
        int choice = random.NextInt(6);
        double place = random.NextDouble();
        if (kind is RoadKind.Straight or RoadKind.Curve)
        {
            double along = 40 + (60 * place);
            PlaceOnRoad(random, [.. road.Forward.Select(section => section[lane])], along, factor, choice);
        }
        else
        {
            double before = 12 + (75 * place);
            int[] chain = [.. road.Backward.Reverse().Select(section => section[lane])];
            PlaceOnRoad(random, chain, chain.Sum(id => _network.Geometry[id].Length) - before, factor, choice);
        }
    }

    private void PlaceOnRoad(RandomStream random, int[] chain, double along, double factor, int choice)
    {
        foreach (int lane in chain)
        {
            double length = _network.Geometry[lane].Length;
            if (along <= length || lane == chain[^1])
            {
                AddVehicle(ActorKind.Car, Draw(random, _vehicleColors), lane, Math.Min(along, length - 1), factor, choice, false, 4.5);
                return;
            }

            along -= length;
        }
    }

    private void PlaceJam(RandomStream random)
    {
        double distance = 14 + (24 * random.NextDouble());
        bool isBreakdown = random.NextInt(2) == 0;
        double creep = random.NextInt(2) == 0 ? 0 : 1 + random.NextDouble();
        int count = isBreakdown ? 1 : 2 + random.NextInt(3);
        for (int i = 0; i < count; i++)
        {
            ActorKind kind = random.NextDouble() < 0.8 ? ActorKind.Car : ActorKind.Truck;
            if (Ahead(distance + (0.5 * SizeOf(kind).Length)) is { } place)
            {
                AddVehicle(kind, Draw(random, _vehicleColors), place.Lane, place.Along, 1, 0, isBreakdown, null, isBreakdown || creep == 0 ? 0 : creep, 0);
            }

            distance += SizeOf(kind).Length + 2.5 + random.NextDouble();
        }
    }

    private void PlaceCones(RandomStream random)
    {
        double distance = 28 + (20 * random.NextDouble());
        LanePosition? first = Ahead(distance);
        // Where there is one lane only, the cones leave room to pass.
        bool closesLane = first is { } start && (_network.Map.Lanes[start.Lane].LeftLine == LaneLine.Dashed || _network.Map.Lanes[start.Lane].RightLine == LaneLine.Dashed);
        int count = 4 + random.NextInt(3);
        for (int i = 0; i < count; i++)
        {
            if (Ahead(distance + (3 * i)) is { } place && !_network.Crossings[place.Lane].Exists(crossing => Math.Abs(crossing.Along - place.Along) < 4))
            {
                double left = closesLane ? Math.Min(-1.3 + (0.7 * i), 1.2) : -1.55;
                (Vector point, Vector direction) = _network.Geometry[place.Lane].At(place.Along);
                AddStill(ActorKind.Cone, ActorColor.Orange, point + (direction.Left * left), direction, 0.35, 0.35, 0.7);
            }
        }
    }

    private void PlaceVehicles(RandomStream random, WorldSettings settings)
    {
        double probability = settings.VehiclesPerKilometre * SlotLength / 1000;
        foreach (Lane lane in _network.Map.Lanes.Where(lane => lane.Turn is null))
        {
            double length = _network.Geometry[lane.Id].Length;
            for (double slot = 0; slot + SlotLength <= length; slot += SlotLength)
            {
                if (random.NextDouble() >= probability)
                {
                    continue;
                }

                double drawn = random.NextDouble();
                ActorKind kind = drawn < 0.68 ? ActorKind.Car : drawn < 0.79 ? ActorKind.Truck : drawn < 0.87
                    || lane.RightLine != LaneLine.Edge ? ActorKind.Bus : ActorKind.Cyclist;
                double along = slot + 7.5 + (3 * random.NextDouble());
                double factor = 0.85 + (0.25 * random.NextDouble());
                int choice = random.NextInt(6);
                double speed = kind == ActorKind.Cyclist ? 3.5 + (2.5 * random.NextDouble()) : double.PositiveInfinity;
                AddVehicle(kind, Draw(random, _vehicleColors), lane.Id, along, factor, choice, false, null, speed);
            }
        }
    }

    private void PlacePedestrians(RandomStream random, WorldSettings settings)
    {
        int count = settings.Pedestrians == 0 ? 0 : random.NextInt(settings.Pedestrians + 1);
        for (int i = 0; i < count; i++)
        {
            int crossing = _network.Map.Crossings.Count > 0 && random.NextDouble() < 0.6 ? random.NextInt(_network.Map.Crossings.Count) : -1;
            Road road = _builder.Roads[random.NextInt(_builder.Roads.Count)];
            int side = random.NextInt(2) == 0 ? -1 : 1;
            double place = random.NextDouble();
            double aside = random.NextDouble();
            double speed = 1.1 + (0.7 * random.NextDouble());
            bool stays = random.NextDouble() < 0.12;
            ActorColor color = Draw(random, _vehicleColors);
            double progress = random.NextDouble();
            bool isOutward = random.NextInt(2) == 0;
            if (crossing >= 0)
            {
                AddCrosser(crossing, side, 9 * place * place, progress, aside, speed, color);
                continue;
            }

            // People keep to the right, so that those who come the other way pass.
            double left = side * (road.HalfWidth + 1.3) + ((isOutward ? -1 : 1) * (0.3 + (0.5 * aside)));
            double along = 1 + (place * (Math.Min(road.Line.Length, 120) - 2));
            Vector[] way = road.Line.Beside(along, isOutward ? road.Line.Length : 0, left, 4);
            AddWalker(stays ? [] : way[1..], way[0], way[1] - way[0], stays ? 0 : speed, speed, color, -1, 0, stays ? Intent.Stay : Intent.KeepOn);
        }
    }

    private void AddCrosser(int crossing, int side, double distance, double progress, double aside, double speed, ActorColor color)
    {
        Crossing zebra = _network.Map.Crossings[crossing];
        (Vector near, Vector far) = side < 0 ? (zebra.From, zebra.To) : (zebra.To, zebra.From);
        Vector over = (far - near).Unit;
        // The arm's end away from the junction, where the sidewalk runs straight.
        Vector along = over.Left * ((near - _builder.Roads[0].Line.At(0).Position).Dot(over.Left) >= 0 ? 1 : -1);
        if (_builder.Roads.Count > 1)
        {
            along = over.Left * (near.Dot(over.Left) >= 0 ? 1 : -1);
        }

        Vector track = over.Left * (-0.3 - (0.9 * aside));
        Vector kerb = near - (over * 0.6) + track;
        Vector other = far + (over * 0.6) + track;
        Vector[] way = [kerb, other, other + (over * 0.4), other + (over * 0.4) + (along * (_builder.Roads.Count > 1 ? 25 : 8))];
        if (progress < 0.35)
        {
            AddWalker(way, kerb, over, 0, speed, color, crossing, 1, Intent.Wait);
        }
        else if (progress < 0.55 && zebra.Signal is null)
        {
            AddWalker(way, kerb + ((other - kerb) * (0.1 + (4 * (progress - 0.35)))), over, speed, speed, color, crossing, 1, Intent.Cross);
        }
        else
        {
            Vector start = kerb - (over * 0.4) + (along * (distance + 0.5));
            AddWalker(way, start, kerb - start, speed, speed, color, crossing, 0, distance < 4 ? Intent.Cross : Intent.KeepOn);
        }
    }

    private void AddWalker(Vector[] waypoints, Vector place, Vector way, double now, double speed, ActorColor color, int crossing, int next, Intent intent)
    {
        Vector direction = way.Unit;
        Agent walker = new()
        {
            Id = _agents.Count,
            Kind = ActorKind.Pedestrian,
            Color = color,
            Length = 0.5,
            Width = 0.5,
            Height = 1.75,
            Model = BicycleModel.Of(ActorKind.Pedestrian, 0.5),
            Pose = new Pose(place, PortableTrigonometry.Atan2(direction.Y, direction.X)),
            Direction = direction,
            Speed = now,
            Intent = intent,
            NextWaypoint = next,
            WaitedSeconds = intent == Intent.Cross && next == 1 ? -1 : 0,
            MaxSpeed = speed,
            Waypoints = waypoints,
            Crossing = crossing,
            KerbWaypoint = crossing >= 0 ? 0 : -1,
        };
        if (IsFree(walker, 0.3))
        {
            _agents.Add(walker);
        }
    }

    private void AddStill(ActorKind kind, ActorColor color, Vector place, Vector direction, double length, double width, double height)
    {
        _agents.Add(new Agent
        {
            Id = _agents.Count,
            Kind = kind,
            Color = color,
            Length = length,
            Width = width,
            Height = height,
            Model = BicycleModel.Of(kind, length),
            Pose = new Pose(place, PortableTrigonometry.Atan2(direction.Y, direction.X)),
            Direction = direction,
            Intent = Intent.Stay,
        });
    }

    private void AddVehicle(ActorKind kind, ActorColor color, int lane, double along, double factor, int choice, bool isBrokenDown,
        double? length = null, double speed = double.PositiveInfinity, double? now = null)
    {
        (double size, double width, double height) = SizeOf(kind);
        double offset = kind == ActorKind.Cyclist ? -1.15 : 0;
        (Vector point, Vector direction) = _network.Geometry[lane].At(along);
        Agent agent = new()
        {
            Id = _agents.Count,
            Kind = kind,
            Color = color,
            Length = length ?? size,
            Width = width,
            Height = height,
            Model = BicycleModel.Of(kind, length ?? size),
            Pose = new Pose(point + (direction.Left * offset), PortableTrigonometry.Atan2(direction.Y, direction.X)),
            Direction = direction,
            Speed = now ?? Math.Min(_network.Map.Lanes[lane].SpeedLimit * factor, speed),
            DesiredFactor = factor,
            MaxSpeed = speed,
            Offset = offset,
            IsBrokenDown = isBrokenDown,
            // Buses go straight on where they can: the corners are too narrow for them.
            Route = _network.Route(lane, kind is ActorKind.Cyclist or ActorKind.Bus ? TurnKind.Straight : null, choice),
            Along = along,
            IsOnLane = true,
        };
        if (IsFree(agent, 3))
        {
            _agents.Add(agent);
        }
    }

    private bool IsFree(Agent agent, double margin)
    {
        ActorState state = agent.ToState();
        // Room ahead and behind, not beside, where the next lane is.
        ActorState longer = agent.IsVehicle
            ? state with { Length = state.Length + (2 * margin), Width = state.Width + 0.4 }
            : state with { Length = 0.5 + margin, Width = 0.5 + margin };
        return _agents.TrueForAll(other => !Collisions.Overlap(longer, other.ToState()));
    }

    private LanePosition? Ahead(double distance)
    {
        Agent ego = _agents[0];
        double along = ego.Along + (0.5 * ego.Length) + distance;
        foreach (int lane in ego.Route)
        {
            if (along <= _network.Geometry[lane].Length)
            {
                // Nobody is drawn onto a junction: it could not be left in order.
                return _network.Map.Lanes[lane].Turn is null ? new LanePosition(lane, along) : null;
            }

            along -= _network.Geometry[lane].Length;
        }

        return null;
    }

    private static (double Length, double Width, double Height) SizeOf(ActorKind kind) => kind switch
    {
        ActorKind.Truck => (8, 2.4, 3.2),
        ActorKind.Bus => (11, 2.5, 3.1),
        ActorKind.Cyclist => (1.8, 0.6, 1.7),
        _ => (4.5, 1.85, 1.5),
    };
}
