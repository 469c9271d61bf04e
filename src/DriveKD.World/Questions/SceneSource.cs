using DriveKD.World.Futures;
using DriveKD.World.Rendering;
using DriveKD.World.Scenes;

namespace DriveKD.World.Questions;

/// <summary>Where scenes and what is true of them come from.</summary>
public sealed record SceneSource
{
    /// <summary>
    /// Makes the scene of a seed and finds its facts; null where the scene is not worth asking about. The same seed gives the same facts. Called from several threads at once.
    /// </summary>
    public required Func<ulong, SceneFacts?> Find { get; init; }

    /// <summary>How the cameras stand that the facts' pictures are taken with: the other views are taken likewise.</summary>
    public required RigSettings Rig { get; init; }

    /// <summary>Scenes of the driving world at their first moment, their facts found by rolling out futures.</summary>
    /// <param name="world">What scenes are drawn from; lessons for null.</param>
    /// <param name="facts">How facts are found; the defaults for null.</param>
    /// <exception cref="Data.Errors.InputException">Settings cannot be.</exception>
    public static SceneSource Simulate(WorldSettings? world = null, FactSettings? facts = null)
    {
        world ??= new WorldSettings { Difficulty = Difficulty.Lesson };
        facts ??= new FactSettings();
        world.Check();
        facts.Check();
        ThreadLocal<FactFinder> finders = new(() => new FactFinder(facts));
        return new SceneSource { Find = seed => finders.Value!.Find(seed, DrivingWorld.Create(seed, world)), Rig = facts.Rig };
    }
}
