using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Roads;
using DriveKD.World.Roads.Generation;

namespace DriveKD.World.Scenes;

/// <summary>
/// A small world to drive in: roads drawn from a seed, and traffic that goes on by itself. The same seed and the same actions give the
/// same states to the bit on every machine. Not for several threads at once; forks are independent of each other.
/// </summary>
public sealed class DrivingWorld
{
    /// <summary>Seconds per step.</summary>
    public const double StepSeconds = 0.1;

    /// <summary>Steps before the scene begins in which lamps and speeds settle.</summary>
    internal const int SettlingSteps = 10;

    private readonly Simulation _simulation;
    private readonly TimeOfDay _timeOfDay;
    private readonly Weather _weather;
    private WorldState? _state;

    private DrivingWorld(Simulation simulation, TimeOfDay timeOfDay, Weather weather, WorldState? state) =>
        (_simulation, _timeOfDay, _weather, _state) = (simulation, timeOfDay, weather, state);

    /// <summary>The scene in motion.</summary>
    internal Simulation Simulation => _simulation;

    /// <summary>The present moment.</summary>
    public WorldState State => _state ??= Describe();

    /// <summary>Draws a world.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="settings">What is drawn; the defaults for null.</param>
    /// <exception cref="Data.Errors.InputException">The settings cannot be.</exception>
    public static DrivingWorld Create(ulong seed, WorldSettings? settings = null)
    {
        settings ??= new WorldSettings();
        settings.Check();
        SeedStreams streams = new(unchecked((long)seed));
        if (settings.Difficulty == Difficulty.Lesson)
        {
            (Simulation lesson, Weather sky) = LessonPopulator.Create(streams, settings);
            return new DrivingWorld(lesson, settings.TimeOfDay ?? Scenes.TimeOfDay.Day, settings.Weather ?? sky, null);
        }

        settings = settings.Difficulty == Difficulty.Road ? settings with { CrossroadsShare = 0, TeeShare = 0 } : settings;
        (RoadMapBuilder builder, RoadKind kind) = RoadMapGenerator.Generate(streams.Open("world/map"), settings);
        RandomStream light = streams.Open("world/light");
        TimeOfDay timeOfDay = (TimeOfDay)Draw(light, 0.55, 0.2, 0.25);
        Weather weather = (Weather)Draw(light, 0.45, 0.25, 0.2, 0.1);
        RoadNetwork network = new(builder.Build());
        SignalProgram program = new(SignalProgram.Cycle * streams.Open("world/signals").NextDouble());
        Simulation simulation = new(network, program, ScenePopulator.Populate(streams, builder, network, kind, settings)) { Steps = -SettlingSteps };
        ScenePopulator.SlowDown(simulation);
        for (int step = 0; step < SettlingSteps; step++)
        {
            simulation.Step(null);
        }

        return new DrivingWorld(simulation, settings.TimeOfDay ?? timeOfDay, settings.Weather ?? weather, null);
    }

    /// <summary>Goes on by <see cref="StepSeconds"/>.</summary>
    /// <param name="action">What ego's driver does.</param>
    /// <exception cref="ArgumentException">The action is not finite.</exception>
    public void Step(EgoAction action)
    {
        if (!double.IsFinite(action.Acceleration) || !double.IsFinite(action.Steering))
        {
            throw new ArgumentException($"Acceleration {action.Acceleration} and steering {action.Steering} must be finite.", nameof(action));
        }

        _simulation.Step(action);
        _state = null;
    }

    /// <summary>Goes on by <see cref="StepSeconds"/>, ego driven along its route by the model that drives the others.</summary>
    public void StepWithDriver()
    {
        _simulation.Step(null);
        _state = null;
    }

    /// <summary>A copy that goes its own way from here.</summary>
    public DrivingWorld Fork() => new(_simulation.Copy(), _timeOfDay, _weather, _state);

    /// <summary>A copy from which somebody is gone.</summary>
    internal DrivingWorld ForkWithout(int actorId)
    {
        Simulation copy = _simulation.Copy();
        copy.Agents.RemoveAll(agent => agent.Id == actorId && agent.Id != 0);
        return new DrivingWorld(copy, _timeOfDay, _weather, null);
    }

    private static int Draw(RandomStream random, params ReadOnlySpan<double> shares)
    {
        double drawn = random.NextDouble();
        int index = 0;
        while (index < shares.Length - 1 && drawn >= shares[index])
        {
            drawn -= shares[index++];
        }

        return index;
    }

    private WorldState Describe()
    {
        List<Agent> agents = _simulation.Agents;
        ActorState[] others = new ActorState[agents.Count - 1];
        for (int i = 1; i < agents.Count; i++)
        {
            others[i - 1] = agents[i].ToState();
        }

        RoadMap map = _simulation.Network.Map;
        SignalPhase[] signals = new SignalPhase[map.Signals.Count];
        for (int i = 0; i < signals.Length; i++)
        {
            signals[i] = _simulation.Phase(i);
        }

        return new WorldState
        {
            Map = map,
            Time = _simulation.Time,
            Ego = agents[0].ToState(),
            Actors = others,
            Signals = signals,
            Route = agents[0].Route[agents[0].RouteIndex..],
            TimeOfDay = _timeOfDay,
            Weather = _weather,
        };
    }
}
