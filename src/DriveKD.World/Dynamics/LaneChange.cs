using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;

namespace DriveKD.World.Dynamics;

/// <summary>
/// When vehicles change lanes, after MOBIL (Kesting, Treiber and Helbing 2007): where the driver gains and whoever comes behind need not
/// brake hard. The indicator is on for more than a second before.
/// </summary>
internal static class LaneChange
{
    private const double IndicatorSeconds = 1.2;
    private const double GivesUpSeconds = 5;
    private const double Gain = 0.5;

    // Metres from which a vehicle sweeps over both lanes when it is slow.
    private const double SweepingLength = 6;

    /// <summary>Starts, carries out or gives up a change.</summary>
    public static void Update(Simulation world, Agent agent, double junction, TurnKind? turn)
    {
        Lane lane = world.Network.Map.Lanes[agent.Lane];
        if (agent.ChangeTo >= 0)
        {
            agent.ChangeSeconds += Scenes.DrivingWorld.StepSeconds;
            bool isLeft = agent.ChangeTo == lane.LeftLane;
            if ((!isLeft && agent.ChangeTo != lane.RightLane) || agent.ChangeSeconds > GivesUpSeconds || (isLeft ? lane.LeftLine : lane.RightLine) != LaneLine.Dashed)
            {
                (agent.ChangeTo, agent.Patience) = (-1, 3);
            }
            else if (agent.ChangeSeconds >= IndicatorSeconds && (agent.Length < SweepingLength || agent.Speed > 5) && IsSafe(world, agent, agent.ChangeTo, out _))
            {
                Begin(world, agent, turn);
            }

            return;
        }

        // Long vehicles at walking pace would sweep over both lanes.
        bool isAgile = agent.Kind == ActorKind.Car || (agent.Kind != ActorKind.Cyclist && agent.Speed > 5);
        bool mayChange = isAgile && lane.Turn is null && agent.Shift == 0 && agent.Patience <= 0
            && (junction > 60 || (junction > 25 && turn is not (TurnKind.Left or TurnKind.Right))) && (turn is null or TurnKind.Straight || junction > 120);
        // Twice a second is soon enough, and costs a fifth.
        if (!mayChange || (world.Steps + agent.Id) % 5 != 0)
        {
            return;
        }

        double here = Along(world, agent, agent.Lane, out double free);
        if (here > free - 0.6)
        {
            return;
        }

        (int Lane, double Gain) best = (-1, Gain);
        foreach ((int? beside, LaneLine line) in (ReadOnlySpan<(int?, LaneLine)>)[(lane.LeftLane, lane.LeftLine), (lane.RightLane, lane.RightLine)])
        {
            if (beside is { } target && line == LaneLine.Dashed && IsSafe(world, agent, target, out double there) && there - here > best.Gain)
            {
                best = (target, there - here);
            }
        }

        (agent.ChangeTo, agent.ChangeSeconds) = (best.Lane, 0);
    }

    /// <summary>What a vehicle shows of its change.</summary>
    public static (Indicator Indicator, Intent Intent) Show(Agent agent)
    {
        if (agent.ChangeTo >= 0)
        {
            // Lanes of one direction are numbered from the middle outwards.
            return agent.ChangeTo < agent.Lane ? (Indicator.Left, Intent.ChangeLeft) : (Indicator.Right, Intent.ChangeRight);
        }

        return Math.Abs(agent.Shift) < 0.8 ? (Indicator.Off, Intent.KeepOn)
            : agent.Shift < 0 ? (Indicator.Left, Intent.ChangeLeft) : (Indicator.Right, Intent.ChangeRight);
    }

    private static void Begin(Simulation world, Agent agent, TurnKind? turn)
    {
        LaneGeometry target = world.Network.Geometry[agent.ChangeTo];
        double guess = agent.Along * target.Length / world.Network.Geometry[agent.Lane].Length;
        (agent.Along, agent.Shift) = target.Project(agent.Pose.Position, guess, 8);
        (agent.Route, agent.RouteIndex) = (world.Network.Route(agent.ChangeTo, turn, 0), 0);
        (agent.ChangeTo, agent.Patience) = (-1, 6);
    }

    private static double Along(Simulation world, Agent agent, int lane, out double free)
    {
        LaneGeometry target = world.Network.Geometry[lane];
        double guess = agent.Along * target.Length / world.Network.Geometry[agent.Lane].Length;
        int[] route = lane == agent.Lane ? agent.Route[agent.RouteIndex..] : world.Network.Route(lane, TurnKind.Straight, 0);
        double horizon = Driver.Horizon(agent);
        world.OtherPath.Lay(world.Network, route, 0, guess, agent.Offset, 0, 0.1, horizon);
        double desired = Driver.DesiredSpeed(world.Network, agent, horizon);
        free = IntelligentDriver.Acceleration(agent.Speed, desired, double.PositiveInfinity, 0);
        return Driver.Following(world, agent, world.OtherPath, desired, horizon);
    }

    private static bool IsSafe(Simulation world, Agent agent, int lane, out double acceleration)
    {
        acceleration = Along(world, agent, lane, out _);
        if (acceleration < -agent.BearableBraking)
        {
            return false;
        }

        LaneGeometry target = world.Network.Geometry[lane];
        double guess = agent.Along * target.Length / world.Network.Geometry[agent.Lane].Length;
        foreach (Agent other in world.Agents)
        {
            Vector between = other.Pose.Position - agent.Pose.Position;
            if (other == agent || between.Dot(between) > 70 * 70 || other.Direction.Dot(agent.Direction) < 0)
            {
                continue;
            }

            (double along, double left) = target.Project(other.Pose.Position, guess + between.Dot(agent.Direction), 8);
            bool isThere = Math.Abs(left) < 0.5 * (agent.Width + other.Width) + 0.3 || (other.IsOnLane && other.Lane == lane) || other.ChangeTo == lane;
            double gap = guess - along - (0.5 * (agent.Length + other.Length));
            double clearance = agent.StandingGap + 0.5;
            bool isBeside = gap < clearance && along - guess - (0.5 * (agent.Length + other.Length)) < clearance;
            if (isThere && (isBeside || (along < guess && IntelligentDriver.Acceleration(other.Speed, Math.Max(other.Speed, 1), gap, agent.Speed, other.Headway, other.StandingGap) < -agent.BearableBraking)))
            {
                return false;
            }
        }

        return true;
    }
}
