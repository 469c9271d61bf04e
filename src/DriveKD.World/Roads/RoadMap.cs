using DriveKD.World.Geometry;

namespace DriveKD.World.Roads;

/// <summary>All that stands still: roads, what is painted on them and what stands beside them. Immutable, shared by all futures of a scene.</summary>
public sealed record RoadMap
{
    /// <summary>The lanes, by id.</summary>
    public required IReadOnlyList<Lane> Lanes { get; init; }

    /// <summary>Crossings, by id.</summary>
    public IReadOnlyList<Crossing> Crossings { get; init; } = [];

    /// <summary>Traffic lights, by id.</summary>
    public IReadOnlyList<TrafficSignal> Signals { get; init; } = [];

    /// <summary>Signs, by id.</summary>
    public IReadOnlyList<TrafficSign> Signs { get; init; } = [];

    /// <summary>Asphalt: simple polygons, which may overlap.</summary>
    public required IReadOnlyList<IReadOnlyList<Vector>> Asphalt { get; init; }

    /// <summary>Sidewalks: simple polygons beside the asphalt, drawn below it.</summary>
    public IReadOnlyList<IReadOnlyList<Vector>> Sidewalks { get; init; } = [];

    /// <summary>Houses and trees.</summary>
    public IReadOnlyList<Building> Buildings { get; init; } = [];
}
