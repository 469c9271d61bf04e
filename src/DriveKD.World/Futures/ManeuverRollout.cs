using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Futures;

/// <summary>A future in which ego drives a maneuver and everybody else goes on by themselves, and what was seen of it.</summary>
internal sealed class ManeuverRollout
{
    // Closer than this behind somebody, in metres, is not safe, nor is having to brake harder than this at the end, in metres per second squared.
    private const double LeastGap = 2.1;
    private const double HardestRest = 2.2;

    // What others bear, in metres per second squared.
    private const double HardestForced = 4;

    // Metres beside somebody that count as touching nearly.
    private const double LeastSide = 0.4;

    private const double LimitTolerance = 0.5;

    private readonly Simulation _world;
    private readonly EgoManeuver _maneuver;
    private readonly Dictionary<int, ActorOutcome> _outcomes = [];
    private readonly int _steps;
    private bool _passesRed;
    private bool _isTooFast;
    private bool _crossesSolid;
    private int? _touched;
    private int? _endangered;

    private ManeuverRollout(Simulation world, EgoManeuver maneuver, double seconds) =>
        (_world, _maneuver, _steps) = (world, maneuver, (int)Math.Round(seconds / DrivingWorld.StepSeconds));

    /// <summary>Who is touched; null where nobody is.</summary>
    public int? Touched => _touched;

    /// <summary>Who is touched or endangered.</summary>
    public int? Victim => _touched ?? _endangered;

    /// <summary>Whether ego passes a red light or can no longer stop at it.</summary>
    public bool PassesRed => _passesRed;

    /// <summary>The way that ego makes, in metres.</summary>
    public double Progress { get; private set; }

    /// <summary>What became of everybody, by id.</summary>
    public IReadOnlyDictionary<int, ActorOutcome> Outcomes => _outcomes;

    /// <summary>The gravest fault but want of progress.</summary>
    public ManeuverFault Fault => _touched is not null ? ManeuverFault.Collision
        : _endangered is not null ? ManeuverFault.NearMiss
        : _passesRed ? ManeuverFault.RedLight
        : _crossesSolid ? ManeuverFault.SolidLine
        : _isTooFast ? ManeuverFault.SpeedLimit
        : ManeuverFault.None;

    /// <summary>Drives a maneuver.</summary>
    /// <param name="fork">Used up.</param>
    /// <param name="maneuver">One that there is a lane for.</param>
    /// <param name="seconds">How long.</param>
    public static ManeuverRollout Run(DrivingWorld fork, EgoManeuver maneuver, double seconds)
    {
        ManeuverRollout rollout = new(fork.Simulation, maneuver, seconds);
        rollout.Drive();
        return rollout;
    }

    /// <summary>Whether there is a lane for a maneuver.</summary>
    public static bool HasLane(DrivingWorld world, EgoManeuver maneuver)
    {
        Agent ego = world.Simulation.Agents[0];
        Lane? lane = ego.IsOnLane ? world.Simulation.Network.Map.Lanes[ego.Lane] : null;
        return lane is not null && maneuver switch { EgoManeuver.ChangeLeft => lane.LeftLane is not null, EgoManeuver.ChangeRight => lane.RightLane is not null, _ => true };
    }

    private void Drive()
    {
        Agent ego = _world.Agents[0];
        Lane lane = _world.Network.Map.Lanes[ego.Lane];
        _crossesSolid = (_maneuver == EgoManeuver.ChangeLeft && lane.LeftLine != LaneLine.Dashed)
            || (_maneuver == EgoManeuver.ChangeRight && lane.RightLine != LaneLine.Dashed);
        foreach (Agent agent in _world.Agents)
        {
            _outcomes[agent.Id] = new ActorOutcome { StartSpeed = agent.Speed, Lane = agent.IsOnLane ? agent.Lane : -1, HasCrossed = agent.IsCrossing };
        }

        EgoPilot pilot = new(_world, _maneuver);
        for (int step = 0; step < _steps; step++)
        {
            SignalPhase? phase = Light(ego, out double before);
            HashSet<int> people = PeopleWithPriority(ego);
            double egoFront = ego.Along;
            _world.Step(pilot.Decide());
            Progress += ego.Speed * DrivingWorld.StepSeconds;
            Light(ego, out double after);
            _passesRed |= phase == SignalPhase.Red && before > 0 && (after <= 0 || after > before + 1);
            _isTooFast |= ego.IsOnLane && ego.Speed > _world.Network.Map.Lanes[ego.Lane].SpeedLimit + LimitTolerance && ego.Speed > _outcomes[0].StartSpeed + LimitTolerance;
            CheckPeople(ego, people, ego.Along - egoFront);
            CheckOthers(ego, step == _steps - 1);
            Record();
        }

        if (Light(ego, out double rest) == SignalPhase.Red && rest > 0)
        {
            _passesRed |= ego.Speed * ego.Speed > 2 * HardestRest * rest;
        }

        foreach (Agent walker in _world.Agents.Where(walker => PeopleWithPriority(ego).Contains(walker.Id)))
        {
            bool isTooFast = ego.Speed * ego.Speed > 2 * HardestRest * DistanceTo(ego, walker.Crossing);
            _endangered = isTooFast ? _endangered ?? walker.Id : _endangered;
        }
    }

    private SignalPhase? Light(Agent ego, out double distance)
    {
        distance = double.PositiveInfinity;
        if (!ego.IsOnLane || _world.Network.Map.Lanes[ego.Lane].Signal is not { } signal)
        {
            return null;
        }

        Lane lane = _world.Network.Map.Lanes[ego.Lane];
        distance = _world.Network.Geometry[ego.Lane].Length - lane.StopDistance - ego.Along - (0.5 * ego.Length);
        return _world.Phase(signal);
    }

    // On a crossing, or before one without a light that they may use first.
    private HashSet<int> PeopleWithPriority(Agent ego)
    {
        HashSet<int> people = [];
        foreach (Agent walker in _world.Agents)
        {
            if (walker.Crossing < 0 || !(walker.IsCrossing || (walker.WaitsToCross && _world.Network.Map.Crossings[walker.Crossing].Signal is null)))
            {
                continue;
            }

            double distance = DistanceTo(ego, walker.Crossing);
            if (distance > 0)
            {
                people.Add(walker.Id);
            }
        }

        return people;
    }

    private double DistanceTo(Agent ego, int crossing)
    {
        Crossing zebra = _world.Network.Map.Crossings[crossing];
        Vector middle = (zebra.From + zebra.To) * 0.5;
        Vector across = (zebra.To - zebra.From).Unit;
        Vector along = Math.Abs(across.Left.Dot(ego.Direction)) > 0.7 ? across.Left * Math.Sign(across.Left.Dot(ego.Direction)) : default;
        Vector between = middle - ego.Pose.Position;
        bool isOnWay = along != default && Math.Abs(between.Dot(across)) < 0.5 * (zebra.To - zebra.From).Length;
        return isOnWay ? between.Dot(along) - (0.5 * (zebra.Width + ego.Length)) : double.NegativeInfinity;
    }

    private void CheckPeople(Agent ego, HashSet<int> people, double travelled)
    {
        foreach (Agent walker in _world.Agents)
        {
            if (people.Contains(walker.Id) && travelled > 0 && DistanceTo(ego, walker.Crossing) <= 0 && (walker.IsCrossing || walker.WaitsToCross))
            {
                _endangered ??= walker.Id;
            }
        }
    }

    private void CheckOthers(Agent ego, bool isLast)
    {
        ActorState? state = null;
        foreach (Agent other in _world.Agents)
        {
            Vector between = other.Pose.Position - ego.Pose.Position;
            double reach = 0.5 * (ego.Length + other.Length);
            double distance = between.Dot(ego.Direction);
            double aside = Math.Abs(ego.Direction.Cross(between));
            if (other == ego || distance > 60 || distance < -20 || aside > 8)
            {
                continue;
            }

            bool isInWay = aside < (0.5 * (ego.Width + other.Width)) + LeastSide;
            if (between.Length < reach + 2 && ego.Speed + other.Speed > 0.1 && Collisions.Overlap(state ??= ego.ToState(), other.ToState()))
            {
                _touched ??= other.Id;
            }
            else if (isInWay && other.IsVehicle && distance > 0)
            {
                double gap = Math.Max(distance - reach, 0.05);
                double closing = Math.Max(ego.Speed - (other.Speed * other.Direction.Dot(ego.Direction)), 0);
                bool isClose = (gap < LeastGap && ego.Speed > 0.3) || (isLast && closing * closing > 2 * HardestRest * gap);
                _endangered = isClose ? _endangered ?? other.Id : _endangered;
            }
            else if (isInWay && other.IsVehicle && distance < 0 && other.Acceleration < -HardestForced && ego.Speed > 0.1 && other.Speed > ego.Speed)
            {
                _endangered ??= other.Id;
            }
        }
    }

    private void Record()
    {
        foreach (Agent agent in _world.Agents)
        {
            ActorOutcome outcome = _outcomes[agent.Id];
            outcome.EndSpeed = agent.Speed;
            outcome.Metres += agent.Speed * DrivingWorld.StepSeconds;
            outcome.HasCrossed |= agent.IsCrossing && agent.Speed > 0;
            if (!agent.IsOnLane || agent.Lane == outcome.Lane)
            {
                continue;
            }

            if (outcome.Lane >= 0)
            {
                Lane last = _world.Network.Map.Lanes[outcome.Lane];
                outcome.Change = agent.Lane == last.LeftLane ? -1 : agent.Lane == last.RightLane ? 1 : outcome.Change;
                outcome.Turn = _world.Network.Map.Lanes[agent.Lane].Turn switch { TurnKind.Left => -1, TurnKind.Right => 1, _ => outcome.Turn };
            }

            outcome.Lane = agent.Lane;
        }
    }
}
