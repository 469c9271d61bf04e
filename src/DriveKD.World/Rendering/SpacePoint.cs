namespace DriveKD.World.Rendering;

/// <summary>A point in space, in metres; in the world x is east, y north and z up.</summary>
/// <param name="X">East, or ahead.</param>
/// <param name="Y">North, or to the left.</param>
/// <param name="Z">Above the ground.</param>
public readonly record struct SpacePoint(double X, double Y, double Z)
{
    internal double Dot(SpacePoint other) => (X * other.X) + (Y * other.Y) + (Z * other.Z);

    internal SpacePoint Cross(SpacePoint other) => new((Y * other.Z) - (Z * other.Y), (Z * other.X) - (X * other.Z), (X * other.Y) - (Y * other.X));

    internal SpacePoint Minus(SpacePoint other) => new(X - other.X, Y - other.Y, Z - other.Z);
}
