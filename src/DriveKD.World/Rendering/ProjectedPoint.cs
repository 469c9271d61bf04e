namespace DriveKD.World.Rendering;

/// <summary>Where a point of the world lies in a picture.</summary>
/// <param name="X">Pixels from the left edge; the first pixel's centre is at 0.5.</param>
/// <param name="Y">Pixels from the upper edge.</param>
/// <param name="Depth">Metres from the camera along its axis.</param>
public readonly record struct ProjectedPoint(double X, double Y, double Depth);
