using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Futures;

/// <summary>Drives ego through a maneuver: a speed to reach, and the path of its lane or of the one beside it.</summary>
internal sealed class EgoPilot
{
    /// <summary>Metres per second that accelerating adds at most.</summary>
    private const double Gain = 4.5;

    private const double Horizon = 40;

    private readonly Simulation _world;
    private readonly Agent _ego;
    private readonly double _target;
    private readonly double _change;
    private readonly Indicator _indicator;
    private readonly int[] _route;
    private int _index;
    private double _along;
    private double _shift;

    /// <summary>Takes the wheel.</summary>
    /// <param name="world">The fork that it drives in.</param>
    /// <param name="maneuver">What is driven; a change without a lane on that side cannot be.</param>
    public EgoPilot(Simulation world, EgoManeuver maneuver)
    {
        _world = world;
        _ego = world.Agents[0];
        _indicator = maneuver switch { EgoManeuver.ChangeLeft => Indicator.Left, EgoManeuver.ChangeRight => Indicator.Right, _ => Indicator.Off };
        (_target, _change) = maneuver switch
        {
            EgoManeuver.Stop => (0, 6.0),
            EgoManeuver.Brake => (0.5 * _ego.Speed, 2.0),
            EgoManeuver.Accelerate => (_ego.Speed + Gain, 2.0),
            _ => (_ego.Speed, 1.0),
        };
        Lane lane = world.Network.Map.Lanes[_ego.Lane];
        int? beside = maneuver switch { EgoManeuver.ChangeLeft => lane.LeftLane, EgoManeuver.ChangeRight => lane.RightLane, _ => lane.Id };
        int target = beside ?? throw new ArgumentException($"There is no lane for {maneuver}.", nameof(maneuver));
        (_route, _index) = target == lane.Id ? (_ego.Route, _ego.RouteIndex) : (world.Network.Route(target, TurnKind.Straight, 0), 0);
        double guess = _ego.Along * world.Network.Geometry[target].Length / world.Network.Geometry[lane.Id].Length;
        (_along, _shift) = world.Network.Geometry[target].Project(_ego.Pose.Position, guess, 8);
    }

    /// <summary>What ego does now.</summary>
    public EgoAction Decide()
    {
        RoadNetwork network = _world.Network;
        (_along, double left) = network.Geometry[_route[_index]].Project(_ego.Pose.Position, _along, 6);
        while (_along > network.Geometry[_route[_index]].Length && _index + 1 < _route.Length)
        {
            double before = network.Geometry[_route[_index]].Length;
            _index++;
            (_along, left) = network.Geometry[_route[_index]].Project(_ego.Pose.Position, _along - before, 6);
        }

        _shift = Math.Abs(left) < 0.15 ? 0 : left;
        _world.Path.Lay(network, _route, _index, _along, 0, _shift, Driver.Slope(_ego.Speed), Horizon);
        double acceleration = Math.Clamp((_target - _ego.Speed) / DrivingWorld.StepSeconds, -_change, _change);
        Indicator shown = Math.Abs(_shift) < 0.3 ? Indicator.Off : _indicator;
        return new EgoAction(acceleration, Driver.Pursue(_ego, _world.Path), shown);
    }
}
