using DriveKD.World.Geometry;

namespace DriveKD.World.Actors;

/// <summary>An actor at one moment.</summary>
public sealed record ActorState
{
    /// <summary>Its number, the same at every moment; ego is 0.</summary>
    public required int Id { get; init; }

    /// <summary>What it is.</summary>
    public required ActorKind Kind { get; init; }

    /// <summary>Its colour.</summary>
    public required ActorColor Color { get; init; }

    /// <summary>The centre of its footprint, and where it looks.</summary>
    public required Pose Pose { get; init; }

    /// <summary>Metres from front to back.</summary>
    public required double Length { get; init; }

    /// <summary>Metres from side to side.</summary>
    public required double Width { get; init; }

    /// <summary>Metres from the ground.</summary>
    public required double Height { get; init; }

    /// <summary>Metres per second along its heading; never negative.</summary>
    public double Speed { get; init; }

    /// <summary>Metres per second squared along its heading.</summary>
    public double Acceleration { get; init; }

    /// <summary>Radians that the front wheels are turned, to the left.</summary>
    public double Steering { get; init; }

    /// <summary>The lane that it drives on, and how far along; null off the lanes.</summary>
    public Roads.LanePosition? Lane { get; init; }

    /// <summary>Whether its brake lights are on.</summary>
    public bool IsBraking { get; init; }

    /// <summary>Its indicators.</summary>
    public Indicator Indicator { get; init; }

    /// <summary>What it is about to do.</summary>
    public Intent Intent { get; init; }
}
