using DriveKD.World.Geometry;

namespace DriveKD.World.Rendering;

/// <summary>From the world to a picture: a camera on a vehicle that stands somewhere.</summary>
public sealed class Projection
{
    /// <summary>Metres before the camera: what is nearer is not drawn.</summary>
    public const double NearMetres = 0.2;

    private readonly SpacePoint _eye;
    private readonly SpacePoint _right;
    private readonly SpacePoint _down;
    private readonly SpacePoint _forward;

    /// <summary>Places a camera.</summary>
    /// <param name="vehicle">Where the vehicle stands.</param>
    /// <param name="camera">The camera on it.</param>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the camera's angles or height are out of their ranges.</exception>
    public Projection(Pose vehicle, Camera camera, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Check(camera.FieldOfViewDegrees, 1, 150, nameof(camera.FieldOfViewDegrees));
        Check(camera.PitchDegrees, -60, 60, nameof(camera.PitchDegrees));
        Check(camera.Position.Z, 0.01, 1000, nameof(camera.Position));
        (Width, Height) = (width, height);
        double half = Radians(camera.FieldOfViewDegrees / 2);
        FocalPixels = width / 2.0 * PortableTrigonometry.Cos(half) / PortableTrigonometry.Sin(half);

        Vector eye = vehicle.ToWorld(new Vector(camera.Position.X, camera.Position.Y));
        _eye = new SpacePoint(eye.X, eye.Y, camera.Position.Z);
        double heading = vehicle.Heading + Radians(camera.YawDegrees);
        (double cos, double sin) = (PortableTrigonometry.Cos(heading), PortableTrigonometry.Sin(heading));
        double pitch = Radians(camera.PitchDegrees);
        (PitchCosine, PitchSine) = (PortableTrigonometry.Cos(pitch), PortableTrigonometry.Sin(pitch));
        _right = new SpacePoint(sin, -cos, 0);
        _down = new SpacePoint(-PitchSine * cos, -PitchSine * sin, -PitchCosine);
        _forward = new SpacePoint(PitchCosine * cos, PitchCosine * sin, -PitchSine);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The focal length in pixels.</summary>
    public double FocalPixels { get; }

    /// <summary>The camera's height above the ground, in metres.</summary>
    public double EyeHeight => _eye.Z;

    internal double PitchCosine { get; }

    internal double PitchSine { get; }

    /// <summary>Projects a point.</summary>
    /// <param name="point">In the world.</param>
    /// <returns>Where it lies, perhaps outside of the picture; null nearer than <see cref="NearMetres"/> and behind the camera.</returns>
    public ProjectedPoint? Project(SpacePoint point)
    {
        SpacePoint seen = ToCamera(point);
        return seen.Z < NearMetres
            ? null
            : new ProjectedPoint((Width / 2.0) + (FocalPixels * seen.X / seen.Z), (Height / 2.0) + (FocalPixels * seen.Y / seen.Z), seen.Z);
    }

    /// <summary>A point as the camera sees it: metres to its right, below it, and along its axis.</summary>
    internal SpacePoint ToCamera(SpacePoint point) => Turn(point.Minus(_eye));

    /// <summary>A direction as the camera sees it.</summary>
    internal SpacePoint Turn(SpacePoint direction) => new(_right.Dot(direction), _down.Dot(direction), _forward.Dot(direction));

    /// <summary>One over the depth of the ground at a row's centre, per metre; 0 or below above the horizon.</summary>
    internal double GroundInverseDepth(int row)
    {
        double v = (row + 0.5 - (Height / 2.0)) / FocalPixels;
        return ((v * PitchCosine) + PitchSine) / EyeHeight;
    }

    private static double Radians(double degrees) => degrees * (Math.PI / 180);

    private static void Check(double value, double least, double greatest, string name)
    {
        if (!(value >= least && value <= greatest))
        {
            throw new ArgumentOutOfRangeException(name, value, $"expected {least} to {greatest}.");
        }
    }
}
