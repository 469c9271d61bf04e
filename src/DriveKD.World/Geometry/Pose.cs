namespace DriveKD.World.Geometry;

/// <summary>Where something stands and looks.</summary>
/// <param name="Position">The centre of its footprint.</param>
/// <param name="Heading">Radians counterclockwise from the east, in (-pi, pi].</param>
public readonly record struct Pose(Vector Position, double Heading)
{
    /// <summary>Where it looks, of length 1.</summary>
    public Vector Direction => Vector.Of(Heading);

    /// <summary>A point on the ground as it is seen from here.</summary>
    /// <param name="point">The point.</param>
    /// <returns>Metres ahead (x) and to the left (y).</returns>
    public Vector ToLocal(Vector point)
    {
        Vector offset = point - Position;
        Vector direction = Direction;
        return new Vector(offset.Dot(direction), offset.Dot(direction.Left));
    }

    /// <summary>The point that is seen from here.</summary>
    /// <param name="local">Metres ahead (x) and to the left (y).</param>
    public Vector ToWorld(Vector local)
    {
        Vector direction = Direction;
        return Position + (direction * local.X) + (direction.Left * local.Y);
    }
}
