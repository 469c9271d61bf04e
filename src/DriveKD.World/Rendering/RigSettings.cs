namespace DriveKD.World.Rendering;

/// <summary>How the cameras of a <see cref="CameraRig"/> stand. The defaults are those of a passenger car with six cameras.</summary>
public sealed record RigSettings
{
    /// <summary>
    /// Cameras for small pictures: 7 m high and pitched so that the horizon lies a tenth below the top of a square picture. Lanes lie beside each other then,
    /// and a vehicle hides little of the one before it.
    /// </summary>
    public static RigSettings Raised { get; } = new() { HeightMetres = 7, PitchDegrees = 23, FieldOfViewDegrees = 55.4, BackFieldOfViewDegrees = 55.4 };

    /// <summary>Metres from the ground to each camera.</summary>
    public double HeightMetres { get; init; } = 1.6;

    /// <summary>Degrees that each looks down.</summary>
    public double PitchDegrees { get; init; }

    /// <summary>Horizontal field of view of all but the back camera, in degrees.</summary>
    public double FieldOfViewDegrees { get; init; } = 70;

    /// <summary>Horizontal field of view of the back camera, in degrees.</summary>
    public double BackFieldOfViewDegrees { get; init; } = 110;
}
