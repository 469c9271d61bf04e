using DriveKD.World.Actors;
using DriveKD.World.Rendering;

namespace DriveKD.World.Futures;

/// <summary>An actor that a picture shows well enough to be asked about, and what becomes of it.</summary>
public sealed record SceneObject
{
    /// <summary>The actor at the moment of the picture.</summary>
    public required ActorState Actor { get; init; }

    /// <summary>Where it is.</summary>
    public required LaneSide Side { get; init; }

    /// <summary>How far.</summary>
    public required DistanceBand Band { get; init; }

    /// <summary>How it moves, as far as a picture shows.</summary>
    public required Motion Motion { get; init; }

    /// <summary>What it does next: it happened in a fork of the world in which ego did what is best.</summary>
    public required Outcome Next { get; init; }

    /// <summary>What the picture shows of it.</summary>
    public required Visibility Seen { get; init; }

    /// <summary>No other object of its kind that the picture shows, well or badly, is at the same side and distance: kind, side and distance name it.</summary>
    public required bool IsUnique { get; init; }
}
