using DriveKD.World.Rendering;
using DriveKD.World.Scenes;

namespace DriveKD.World.Futures;

/// <summary>
/// Everything that is true of a moment and can be asked: what the front picture shows, and what the rolled-out futures say. Objects that are
/// hidden by more than six tenths of their pixels are not in it.
/// </summary>
public sealed record SceneFacts
{
    /// <summary>The seed that the scene was made from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The moment.</summary>
    public required WorldState State { get; init; }

    /// <summary>The front camera's picture at the resolution that visibility was judged at.</summary>
    public required IdentifiedPicture Picture { get; init; }

    /// <summary>What can be asked about, nearest first.</summary>
    public required IReadOnlyList<SceneObject> Objects { get; init; }

    /// <summary>Every object in the picture's road could be listed: nobody else is half seen. Counting and naming all needs this.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Ego's light.</summary>
    public required LightView Light { get; init; }

    /// <summary>A crossing lies ahead, in the picture.</summary>
    public required bool HasCrossing { get; init; }

    /// <summary>The line on the left of ego's lane may be crossed; null without a lane there.</summary>
    public required bool? LeftLineIsDashed { get; init; }

    /// <summary>The line on the right of ego's lane may be crossed; null without a lane there.</summary>
    public required bool? RightLineIsDashed { get; init; }

    /// <summary>Ego drives at the faster of the two paces that the words slow and fast tell apart.</summary>
    public required bool IsFast { get; init; }

    /// <summary>One for every maneuver.</summary>
    public required IReadOnlyList<ManeuverFuture> Futures { get; init; }

    /// <summary>The maneuver that is safe, breaks no rule and makes the most sense of the way; its future has no fault.</summary>
    public required EgoManeuver Best { get; init; }

    /// <summary>Why.</summary>
    public required PlanReason Reason { get; init; }

    /// <summary>The object that the reason speaks of, among <see cref="Objects"/>; null where it speaks of none.</summary>
    public SceneObject? ReasonObject { get; init; }

    /// <summary>The object that matters most for ego's next seconds, among <see cref="Objects"/>; null where none does.</summary>
    public SceneObject? Critical { get; init; }

    /// <summary>Pairs of objects that may get in each other's way, and some that plainly cannot.</summary>
    public required IReadOnlyList<YieldPair> Pairs { get; init; }
}
