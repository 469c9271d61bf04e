using DriveKD.World.Futures;
using DriveKD.World.Rendering;

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
}
