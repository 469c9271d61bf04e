using DriveKD.World.Actors;
using DriveKD.World.Roads;

namespace DriveKD.World.Scenes;

/// <summary>A scene at one moment: all that moves, and the light it stands in.</summary>
public sealed record WorldState
{
    /// <summary>What stands still.</summary>
    public required RoadMap Map { get; init; }

    /// <summary>Seconds since the scene began.</summary>
    public required double Time { get; init; }

    /// <summary>The vehicle that is driven.</summary>
    public required ActorState Ego { get; init; }

    /// <summary>Everybody else, by ascending id.</summary>
    public required IReadOnlyList<ActorState> Actors { get; init; }

    /// <summary>What each signal shows, by id.</summary>
    public IReadOnlyList<SignalPhase> Signals { get; init; } = [];

    /// <summary>The lanes that ego is to follow, from its own.</summary>
    public IReadOnlyList<int> Route { get; init; } = [];

    /// <summary>The light.</summary>
    public TimeOfDay TimeOfDay { get; init; }

    /// <summary>The weather.</summary>
    public Weather Weather { get; init; }
}
