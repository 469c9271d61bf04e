using DriveKD.World.Geometry;

namespace DriveKD.World.Roads;

/// <summary>A lane: where vehicles of one direction drive one behind the other.</summary>
public sealed record Lane
{
    /// <summary>Its index in <see cref="RoadMap.Lanes"/>.</summary>
    public required int Id { get; init; }

    /// <summary>The centre line in driving direction, points at most 2 m apart; at least two.</summary>
    public required IReadOnlyList<Vector> Centre { get; init; }

    /// <summary>Metres.</summary>
    public required double Width { get; init; }

    /// <summary>Metres per second.</summary>
    public required double SpeedLimit { get; init; }

    /// <summary>The lane of the same direction on the left; null for none.</summary>
    public int? LeftLane { get; init; }

    /// <summary>The lane of the same direction on the right; null for none.</summary>
    public int? RightLane { get; init; }

    /// <summary>The marking on the left.</summary>
    public required LaneLine LeftLine { get; init; }

    /// <summary>The marking on the right.</summary>
    public required LaneLine RightLine { get; init; }

    /// <summary>The lanes that go on from its end; none at the edge of the map.</summary>
    public IReadOnlyList<int> Next { get; init; } = [];

    /// <summary>How it leads over a junction; null outside of one.</summary>
    public TurnKind? Turn { get; init; }

    /// <summary>The signal at its end that vehicles obey; null for none.</summary>
    public int? Signal { get; init; }

    /// <summary>The sign at its end that vehicles obey; null for none.</summary>
    public int? Sign { get; init; }

    /// <summary>Metres before its end at which vehicles stop for a signal or sign.</summary>
    public double StopDistance { get; init; }
}
