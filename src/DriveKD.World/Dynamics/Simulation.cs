using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Dynamics;

/// <summary>A scene in motion. All chance is in how it was drawn: from there on it is a function of its state and of ego's actions.</summary>
internal sealed class Simulation(RoadNetwork network, SignalProgram program, List<Agent> agents)
{
    private readonly List<(Agent Agent, double Acceleration, double Steering)> _plans = [];

    /// <summary>The roads.</summary>
    public RoadNetwork Network { get; } = network;

    /// <summary>The signals' program.</summary>
    public SignalProgram Program { get; } = program;

    /// <summary>Everybody by ascending id, ego first.</summary>
    public List<Agent> Agents { get; } = agents;

    /// <summary>Whole steps since the scene began: time is exact, however long the scene.</summary>
    public int Steps { get; set; }

    /// <summary>Seconds since the scene began.</summary>
    public double Time => Steps / (1 / DrivingWorld.StepSeconds);

    /// <summary>Room for paths, one at a time.</summary>
    public PathAhead Path { get; } = new();

    /// <summary>Room for the path beside the present one.</summary>
    public PathAhead OtherPath { get; } = new();

    /// <summary>An independent copy.</summary>
    public Simulation Copy() => new(Network, Program, Agents.ConvertAll(agent => agent.Copy())) { Steps = Steps };

    /// <summary>What a signal shows.</summary>
    public SignalPhase Phase(int signal) => Program.At(Time, Network.Map.Signals[signal].Group);

    /// <summary>Moves everybody by one step.</summary>
    /// <param name="action">What ego does; null to let the driver model drive it.</param>
    public void Step(EgoAction? action)
    {
        _plans.Clear();
        foreach (Agent agent in Agents)
        {
            if (!agent.IsVehicle)
            {
                continue;
            }

            if (agent.Id == 0 && action is { } given)
            {
                agent.Indicator = given.Indicator;
                agent.ChangeTo = -1;
                agent.Intent = given.Indicator switch { Indicator.Left => Intent.ChangeLeft, Indicator.Right => Intent.ChangeRight, _ => Intent.KeepOn };
                _plans.Add((agent, given.Acceleration, given.Steering));
            }
            else
            {
                (double acceleration, double steering) = Driver.Plan(this, agent);
                _plans.Add((agent, acceleration, steering));
            }
        }

        foreach (Agent agent in Agents)
        {
            // Before the scene begins people stand as they were drawn: whoever waits, waits, and nobody is in another's place.
            if (agent.Kind == ActorKind.Pedestrian && Steps >= 0)
            {
                PedestrianModel.Step(this, agent);
            }
        }

        foreach ((Agent agent, double acceleration, double steering) in _plans)
        {
            Move(agent, acceleration, steering);
        }

        Agents.RemoveAll(agent => agent.Id != 0 && agent.IsVehicle && !agent.IsOnLane);
        Steps++;
    }

    private void Move(Agent agent, double acceleration, double steering)
    {
        const double Seconds = DrivingWorld.StepSeconds;
        (double limited, double wheels) = agent.Model.Limit((acceleration, steering), agent.Steering, Seconds);
        double before = agent.Speed;
        (Pose pose, double speed) = agent.Model.Advance(agent.Pose, before, limited, wheels, Seconds);
        if (pose.Heading != agent.Pose.Heading)
        {
            agent.Direction = pose.Direction;
        }

        (agent.Pose, agent.Speed, agent.Steering) = (pose, speed, wheels);
        agent.Acceleration = (speed - before) / Seconds;
        agent.IsBraking = !agent.IsBrokenDown && (limited < -0.5 || speed < 0.1);
        agent.Patience -= Seconds;
        Follow(agent);
    }

    private void Follow(Agent agent)
    {
        if (agent.IsOnLane)
        {
            (double along, double left) = Network.Geometry[agent.Lane].Project(agent.Pose.Position, agent.Along, 6);
            while (along > Network.Geometry[agent.Lane].Length)
            {
                if (agent.RouteIndex + 1 == agent.Route.Length)
                {
                    agent.IsOnLane = agent.Id == 0 && along < Network.Geometry[agent.Lane].Length + 2;
                    agent.Along = along;
                    return;
                }

                agent.RouteIndex++;
                agent.StoppedSeconds = 0;
                (along, left) = Network.Geometry[agent.Lane].Project(agent.Pose.Position, along - Network.Geometry[agent.Route[agent.RouteIndex - 1]].Length, 6);
                if (along < 0)
                {
                    along = 0;
                    break;
                }
            }

            agent.Along = along;
            // The path of a lane change begins where the vehicle really is.
            agent.Shift = agent.Shift == 0 || Math.Abs(left - agent.Offset) < 0.15 ? 0 : left - agent.Offset;
            if (agent.Id != 0 || agent.Shift != 0 || Math.Abs(left) < 1.8)
            {
                return;
            }
        }

        // Ego may be driven anywhere.
        LanePosition? found = Network.Locate(agent.Pose.Position, agent.Direction);
        agent.IsOnLane = found is not null;
        if (found is { } place && (agent.RouteIndex >= agent.Route.Length || place.Lane != agent.Lane))
        {
            TurnKind? turn = Driver.Junction(Network, agent).Turn;
            int index = Array.IndexOf(agent.Route, place.Lane);
            (agent.Route, agent.RouteIndex) = index >= 0 ? (agent.Route, index) : (Network.Route(place.Lane, turn, 0), 0);
            agent.Shift = 0;
        }

        agent.Along = found?.Along ?? agent.Along;
    }
}
