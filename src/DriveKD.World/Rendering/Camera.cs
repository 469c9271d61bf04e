namespace DriveKD.World.Rendering;

/// <summary>A camera on a vehicle: a pinhole without distortion, its horizon level.</summary>
public sealed record Camera
{
    /// <summary>Its name, as nuScenes gives it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is: metres ahead of the vehicle's centre, to its left, and above the ground; above 0.</summary>
    public required SpacePoint Position { get; init; }

    /// <summary>Degrees from straight ahead to the left.</summary>
    public double YawDegrees { get; init; }

    /// <summary>Degrees that it looks down; -60 to 60.</summary>
    public double PitchDegrees { get; init; }

    /// <summary>Degrees from the left to the right edge; 1 to 150.</summary>
    public double FieldOfViewDegrees { get; init; } = 70;
}
