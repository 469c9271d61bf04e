using DriveKD.World.Actors;
using DriveKD.World.Futures;

namespace DriveKD.World.Dynamics;

/// <summary>A vehicle of a lesson as it is drawn.</summary>
/// <param name="kind">What it is.</param>
/// <param name="lane">0 for the left lane to 2 for the right one.</param>
/// <param name="band">0 for the nearest band to 2 for the farthest.</param>
/// <param name="back">Metres from ego's centre to its back.</param>
internal sealed class LessonVehicle(ActorKind kind, int lane, int band, double back)
{
    /// <summary>What it is.</summary>
    public ActorKind Kind { get; set; } = kind;

    /// <summary>Its lane.</summary>
    public int Lane { get; } = lane;

    /// <summary>Its band.</summary>
    public int Band { get; } = band;

    /// <summary>Where its back is.</summary>
    public double Back { get; } = back;

    /// <summary>Its colour.</summary>
    public ActorColor Color { get; init; }

    /// <summary>Metres to the left of its lane's centre.</summary>
    public double Offset { get; init; }

    /// <summary>How it shall move.</summary>
    public Motion Motion { get; set; }

    /// <summary>Metres per second.</summary>
    public double Speed { get; set; }

    /// <summary>The speed that it is after.</summary>
    public double DesiredSpeed { get; set; }

    /// <summary>Whether it stands, or comes to rest.</summary>
    public bool Stops { get; set; }

    /// <summary>Whether another keeps it from changing lanes, or relies upon its driving on.</summary>
    public bool IsBound { get; set; }

    /// <summary>Length, width and height in metres: short ones, so that a band holds them and little is hidden.</summary>
    public (double Length, double Width, double Height) Size => Kind switch
    {
        ActorKind.Truck => (4.4, 2.15, 2.2),
        ActorKind.Bus => (4.6, 2.25, 2.3),
        ActorKind.Cyclist => (1.8, 0.6, 1.7),
        _ => (4, 1.85, 1.45),
    };

    /// <summary>Where its front is, in metres from ego's centre.</summary>
    public double Front => Back + Size.Length;
}
