namespace DriveKD.World.Geometry;

/// <summary>A point or a direction on the ground, in metres: x to the east, y to the north.</summary>
/// <param name="X">Metres east.</param>
/// <param name="Y">Metres north.</param>
public readonly record struct Vector(double X, double Y)
{
    /// <summary>The length in metres.</summary>
    public double Length => Math.Sqrt((X * X) + (Y * Y));

    /// <summary>The direction turned left by a right angle.</summary>
    public Vector Left => new(-Y, X);

    /// <summary>The same direction with length 1; zero stays zero.</summary>
    public Vector Unit => Length == 0 ? this : this / Length;

    /// <summary>The direction of an angle, of length 1.</summary>
    /// <param name="radians">Counterclockwise from the east.</param>
    public static Vector Of(double radians) => new(PortableTrigonometry.Cos(radians), PortableTrigonometry.Sin(radians));

    /// <summary>Both parts. A record would print <see cref="Left"/> and <see cref="Unit"/> too, and those theirs, without end.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"({X}, {Y})");

    /// <summary>The scalar product.</summary>
    /// <param name="other">The other.</param>
    public double Dot(Vector other) => (X * other.X) + (Y * other.Y);

    /// <summary>The area that the two span, positive where <paramref name="other"/> lies to the left.</summary>
    /// <param name="other">The other.</param>
    public double Cross(Vector other) => (X * other.Y) - (Y * other.X);

    /// <summary>The sum.</summary>
    public static Vector operator +(Vector a, Vector b) => new(a.X + b.X, a.Y + b.Y);

    /// <summary>The difference.</summary>
    public static Vector operator -(Vector a, Vector b) => new(a.X - b.X, a.Y - b.Y);

    /// <summary>The vector made longer.</summary>
    public static Vector operator *(Vector a, double factor) => new(a.X * factor, a.Y * factor);

    /// <summary>The vector made shorter.</summary>
    public static Vector operator /(Vector a, double divisor) => new(a.X / divisor, a.Y / divisor);
}
