using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;

namespace DriveKD.World.Dynamics;

/// <summary>
/// How vehicles are driven: pure pursuit of the path (Coulter 1992), the intelligent driver model behind whatever is in the way, and
/// the rules of signals, signs, junctions and crossings.
/// </summary>
internal static class Driver
{
    /// <summary>Metres sideways per metre ahead in a lane change: gentle when fast.</summary>
    public static double Slope(double speed) => Math.Clamp(1.3 / Math.Max(speed, 0.1), 0.1, 0.5);

    /// <summary>The next lane over a junction on a vehicle's route, and the metres from its front to it (not positive while it is on it).</summary>
    public static (int Connector, double Distance, TurnKind? Turn) Junction(RoadNetwork network, Agent agent)
    {
        if (agent.RouteIndex >= agent.Route.Length)
        {
            return (-1, double.PositiveInfinity, null);
        }

        // Its rear may still be on the junction.
        if (agent.RouteIndex > 0 && agent.Along < (0.5 * agent.Length) + 0.5 && network.Map.Lanes[agent.Route[agent.RouteIndex - 1]].Turn is { } left)
        {
            return (agent.Route[agent.RouteIndex - 1], 0, left);
        }

        double distance = -agent.Along - (0.5 * agent.Length);
        for (int i = agent.RouteIndex; i < agent.Route.Length; i++)
        {
            int lane = agent.Route[i];
            if (network.Map.Lanes[lane].Turn is { } turn)
            {
                return (lane, i == agent.RouteIndex ? Math.Min(distance, 0) : distance, turn);
            }

            distance += network.Geometry[lane].Length;
        }

        return (-1, double.PositiveInfinity, null);
    }

    /// <summary>What the driver does now, and what the vehicle shows.</summary>
    public static (double Acceleration, double Steering) Plan(Simulation world, Agent agent)
    {
        if (!agent.IsOnLane)
        {
            return (-3, agent.Steering);
        }

        if (agent.IsBrokenDown)
        {
            (agent.Indicator, agent.Intent) = (Indicator.Hazard, Intent.Stay);
            return (-5, 0);
        }

        RoadNetwork network = world.Network;
        (int connector, double junction, TurnKind? turn) = Junction(network, agent);
        LaneChange.Update(world, agent, junction, turn);
        // Another lane may have another way over the junction.
        (connector, junction, turn) = Junction(network, agent);
        Show(agent, junction, turn);

        double horizon = Horizon(agent);
        world.Path.Lay(network, agent.Route, agent.RouteIndex, agent.Along, agent.Offset, agent.Shift, Slope(agent.Speed), horizon);
        double desired = DesiredSpeed(network, agent, horizon);
        double acceleration = Following(world, agent, world.Path, desired, horizon);
        if (connector >= 0 && junction > 0)
        {
            acceleration = Math.Min(acceleration, Entering(world, agent, connector, junction, desired));
        }

        acceleration = Math.Min(acceleration, Crossings(world, agent, desired, horizon));
        if (agent.Id == 0)
        {
            acceleration = Math.Min(acceleration, MapEnd(network, agent, desired));
        }

        return (acceleration, Pursue(agent, world.Path));
    }

    /// <summary>How far a vehicle looks ahead, in metres.</summary>
    public static double Horizon(Agent agent) => 25 + (0.5 * agent.Length) + (2.5 * agent.Speed);

    /// <summary>The speed on a free road, slower in time for what lies ahead.</summary>
    public static double DesiredSpeed(RoadNetwork network, Agent agent, double horizon)
    {
        double desired = double.PositiveInfinity;
        double distance = -agent.Along;
        for (int i = agent.RouteIndex; i < agent.Route.Length && distance < horizon; i++)
        {
            double limit = network.Map.Lanes[agent.Route[i]].SpeedLimit * agent.DesiredFactor;
            desired = Math.Min(desired, i == agent.RouteIndex ? limit : Math.Sqrt((limit * limit) + (3 * Math.Max(distance - 1, 0))));
            distance += network.Geometry[agent.Route[i]].Length;
        }

        return Math.Min(desired, agent.MaxSpeed);
    }

    /// <summary>The acceleration behind whatever is on a path.</summary>
    public static double Following(Simulation world, Agent agent, PathAhead path, double desired, double horizon)
    {
        double acceleration = IntelligentDriver.Acceleration(agent.Speed, desired, double.PositiveInfinity, 0);
        foreach (Agent other in world.Agents)
        {
            Vector between = other.Pose.Position - agent.Pose.Position;
            double reach = horizon + (0.5 * other.Length);
            if (other == agent || between.Dot(between) > reach * reach)
            {
                continue;
            }

            (double gap, double speed) = Gap(agent, other, path);
            if (gap < horizon)
            {
                // Room to drive round what will not move.
                gap = other.IsBrokenDown || other.Kind == ActorKind.Cone ? Math.Max(gap - 5, 0.5) : gap;
                acceleration = Math.Min(acceleration, IntelligentDriver.Acceleration(agent.Speed, desired, gap, speed, agent.Headway, agent.StandingGap));
            }
        }

        return acceleration;
    }

    // An actor is a row of discs as wide as itself.
    private static (double Gap, double Speed) Gap(Agent agent, Agent other, PathAhead path)
    {
        (double centre, double centreLeft, Vector direction) = path.Project(other.Pose.Position);
        double reach = 0.5 * (agent.Width + other.Width) + (other.Kind == ActorKind.Cone ? 0.15 : 0.3) + (agent.Shift == 0 ? 0 : 0.025 * agent.Length);
        // Whose middle is not ahead has to mind the others, and vice versa.
        if (centre <= 0 || Math.Abs(centreLeft) > reach + (0.5 * other.Length))
        {
            return (double.PositiveInfinity, 0);
        }

        double gap = double.PositiveInfinity;
        double half = Math.Max(0.5 * (other.Length - other.Width), 0);
        int discs = half == 0 ? 1 : half < 2.5 ? 3 : 5;
        for (int i = 0; i < discs; i++)
        {
            double part = discs == 1 ? 0 : half * ((2.0 * i / (discs - 1)) - 1);
            (double along, double left, Vector there) = path.Project(other.Pose.Position + (other.Direction * part));
            double distance = along - (0.5 * (agent.Length + other.Width));
            if (along > 0 && Math.Abs(left) < reach && distance < gap)
            {
                (gap, direction) = (distance, there);
            }
        }

        return (gap, Math.Max(other.Speed * other.Direction.Dot(direction), 0));
    }

    /// <summary>The steering that follows a path.</summary>
    public static double Pursue(Agent agent, PathAhead path)
    {
        double wheelbase = agent.Model.Wheelbase;
        double ahead = Math.Clamp(0.7 * agent.Speed, 3, 12) + (0.15 * wheelbase);
        Vector rear = agent.Pose.Position - (agent.Direction * (0.5 * wheelbase));
        // Long vehicles steer early: with the rear on the line their front would swing into the other direction's lanes.
        double target = agent.Length > 6 ? ahead : ahead - (0.5 * wheelbase);
        Vector offset = path.At(Math.Max(target, 0.5)) - rear;
        return PortableTrigonometry.Atan2(2 * wheelbase * agent.Direction.Cross(offset), offset.Dot(offset));
    }

    private static double Entering(Simulation world, Agent agent, int connector, double junction, double desired)
    {
        Lane lane = EntryLane(world.Network, agent, connector);
        double distance = junction - lane.StopDistance;
        if (distance < -1 || distance > 60)
        {
            return double.PositiveInfinity;
        }

        double needed = Needed(agent.Speed, distance);
        // Who is drawn too fast to stop is slowed down, not let through.
        bool isDrawn = world.Steps == -Scenes.DrivingWorld.SettlingSteps;
        SignalPhase? phase = lane.Signal is { } signal ? world.Phase(signal) : null;
        bool stops = (phase == SignalPhase.Red && (needed < 8 || isDrawn)) || (phase == SignalPhase.Yellow && (needed < 3.5 || isDrawn));
        if (lane.Sign is { } sign && world.Network.Map.Signs[sign].Kind == SignKind.Stop && agent.StoppedSeconds < 0.8)
        {
            agent.StoppedSeconds += agent.Speed < 0.3 && distance < 3 ? Scenes.DrivingWorld.StepSeconds : 0;
            stops = true;
        }

        stops = stops || (distance < 30 && (needed < 5 || isDrawn) && GivesWay(world, agent, connector));
        return stops ? IntelligentDriver.Acceleration(agent.Speed, desired, Math.Max(distance, 0) + 1.5, 0) : double.PositiveInfinity;
    }

    private static Lane EntryLane(RoadNetwork network, Agent agent, int connector) =>
        network.Map.Lanes[agent.Route[Array.IndexOf(agent.Route, connector, agent.RouteIndex) - 1]];

    private static double Needed(double speed, double distance) => speed * speed / (2 * Math.Max(distance, 0.3));

    private static bool GivesWay(Simulation world, Agent agent, int connector)
    {
        RoadNetwork network = world.Network;
        foreach (Agent other in world.Agents)
        {
            if (other == agent || !other.IsVehicle || !other.IsOnLane)
            {
                continue;
            }

            (int theirs, double distance, _) = Junction(network, other);
            if (theirs < 0 || !network.Conflict(connector, theirs))
            {
                continue;
            }

            // Whoever drives over the junction is let out; whoever comes with the right of way within the time that it takes to cross is let in.
            if (distance <= 0)
            {
                return true;
            }

            Lane lane = EntryLane(network, other, theirs);
            double stop = distance - lane.StopDistance;
            if (stop < -0.5 && other.Speed > 0.3)
            {
                return true;
            }

            bool isHeld = lane.Signal is { } signal
                && (world.Phase(signal) == SignalPhase.Red || (world.Phase(signal) == SignalPhase.Yellow && Needed(other.Speed, stop) < 3.5));
            if (network.Rank[theirs] < network.Rank[connector] && !isHeld && distance < 6.5 * Math.Max(other.Speed, 3) && (other.Speed > 0.5 || distance < 9))
            {
                return true;
            }
        }

        return false;
    }

    private static double Crossings(Simulation world, Agent agent, double desired, double horizon)
    {
        RoadNetwork network = world.Network;
        double acceleration = double.PositiveInfinity;
        double before = -agent.Along - (0.5 * agent.Length);
        for (int i = agent.RouteIndex; i < agent.Route.Length && before < horizon; i++)
        {
            int lane = agent.Route[i];
            foreach ((int id, double along) in network.Crossings[lane])
            {
                Crossing crossing = network.Map.Crossings[id];
                double distance = before + along - (0.5 * crossing.Width) - 1;
                if (distance > -0.9 && distance < horizon
                    && LetsWalk(world, agent, crossing, network.Geometry[lane].At(along).Point, Needed(agent.Speed, distance)))
                {
                    acceleration = Math.Min(acceleration, IntelligentDriver.Acceleration(agent.Speed, desired, Math.Max(distance, 0) + 1.2, 0));
                }
            }

            before += network.Geometry[lane].Length;
        }

        return acceleration;
    }

    private static bool LetsWalk(Simulation world, Agent agent, Crossing crossing, Vector place, double needed)
    {
        foreach (Agent walker in world.Agents)
        {
            if (walker.Crossing != crossing.Id)
            {
                continue;
            }

            if (walker.WaitsToCross && crossing.Signal is null && needed < 3.2)
            {
                return true;
            }

            Vector way = (walker.Waypoints[walker.KerbWaypoint + 1] - walker.Waypoints[walker.KerbWaypoint]).Unit;
            double rest = (place - walker.Pose.Position).Dot(way);
            if (walker.IsCrossing && rest > -0.5 * agent.Width - 0.9 && rest < 9)
            {
                return true;
            }
        }

        return false;
    }

    private static double MapEnd(RoadNetwork network, Agent agent, double desired)
    {
        double distance = -agent.Along - (0.5 * agent.Length);
        for (int i = agent.RouteIndex; i < agent.Route.Length; i++)
        {
            distance += network.Geometry[agent.Route[i]].Length;
        }

        return distance < 60 ? IntelligentDriver.Acceleration(agent.Speed, desired, Math.Max(distance, 0.1), 0) : double.PositiveInfinity;
    }

    private static void Show(Agent agent, double junction, TurnKind? turn)
    {
        bool isNear = junction < 40 && turn is not null;
        (agent.Indicator, agent.Intent) = (turn, isNear) switch
        {
            (TurnKind.Left, true) => (Indicator.Left, Intent.TurnLeft),
            (TurnKind.Right, true) => (Indicator.Right, Intent.TurnRight),
            _ => LaneChange.Show(agent),
        };
    }
}
