using DriveKD.World.Geometry;

namespace DriveKD.World.Rendering;

/// <summary>Draws blocks and flat marks in the frame of a thing that stands somewhere: x ahead, y to the left, z up.</summary>
internal sealed class Solids(Raster raster)
{
    // Marks lie this far before the face that carries them: their depth is taken as 0.6 % less.
    private const double MarkBias = 1.006;

    // Where the light comes from, as a direction of the world: faces turned to it are light, the opposite ones dark.
    private static readonly Vector _sun = new(0.8, 0.6);

    private readonly SpacePoint[] _corners = new SpacePoint[8];
    private SpacePoint _origin;
    private SpacePoint _ahead;
    private SpacePoint _left;
    private SpacePoint _up;
    private double _aheadLight;
    private double _leftLight;

    /// <summary>Metres that a pixel of the finished picture covers at the thing's depth; infinite behind the camera.</summary>
    public double PixelMetres { get; private set; }

    /// <summary>How strongly the light has a direction: 0 for none.</summary>
    public double Contrast { get; set; } = 1;

    /// <summary>Samples per pixel along an axis.</summary>
    public int SamplesPerAxis { get; set; } = 1;

    /// <summary>Whether the thing shows details: it is large enough to see them.</summary>
    public bool IsDetailed => PixelMetres < 0.12;

    /// <summary>Says where the thing stands.</summary>
    /// <param name="position">Its origin on the ground.</param>
    /// <param name="heading">Radians.</param>
    /// <param name="height">Of the origin above the ground.</param>
    public void Place(Vector position, double heading, double height = 0)
    {
        Vector direction = Vector.Of(heading);
        _origin = raster.View.ToCamera(new SpacePoint(position.X, position.Y, height));
        _ahead = raster.View.Turn(new SpacePoint(direction.X, direction.Y, 0));
        _left = raster.View.Turn(new SpacePoint(-direction.Y, direction.X, 0));
        _up = raster.View.Turn(new SpacePoint(0, 0, 1));
        _aheadLight = direction.Dot(_sun);
        _leftLight = direction.Left.Dot(_sun);
        PixelMetres = _origin.Z <= Projection.NearMetres ? double.PositiveInfinity : _origin.Z * SamplesPerAxis / raster.View.FocalPixels;
    }

    /// <summary>Whether nothing within a radius of the origin can be seen.</summary>
    public bool IsOutside(double radius)
    {
        double side = raster.Width / 2.0 / raster.View.FocalPixels;
        double slack = radius * (1 + side);
        return _origin.Z + radius < Projection.NearMetres || Math.Abs(_origin.X) > (Math.Max(0, _origin.Z) * side) + slack;
    }

    /// <summary>A block.</summary>
    public void Block(double back, double front, double right, double left, double low, double high, uint paint) =>
        Block(back, front, right, left, low, high, back, front, right, left, paint);

    /// <summary>A block whose top is another rectangle than its bottom.</summary>
    public void Block(
        double back, double front, double right, double left, double low, double high, double topBack, double topFront, double topRight, double topLeft, uint paint)
    {
        SpacePoint a = At(back, right, low);
        SpacePoint b = At(front, right, low);
        SpacePoint c = At(front, left, low);
        SpacePoint d = At(back, left, low);
        SpacePoint e = At(topBack, topRight, high);
        SpacePoint f = At(topFront, topRight, high);
        SpacePoint g = At(topFront, topLeft, high);
        SpacePoint h = At(topBack, topLeft, high);
        Face(b, c, g, f, Lit(paint, _aheadLight), 1);
        Face(d, a, e, h, Lit(paint, -_aheadLight), 1);
        Face(c, d, h, g, Lit(paint, _leftLight), 1);
        Face(a, b, f, e, Lit(paint, -_leftLight), 1);
        Face(e, f, g, h, Paint.Shade(paint, 1.06), 1);
        if (low > 1)
        {
            Face(d, c, b, a, Paint.Shade(paint, 0.5), 1);
        }
    }

    /// <summary>A mark on a front: a rectangle that looks ahead.</summary>
    public void FrontMark(double x, double right, double left, double low, double high, uint paint) =>
        Face(At(x, right, low), At(x, left, low), At(x, left, high), At(x, right, high), Lit(paint, _aheadLight), MarkBias);

    /// <summary>A mark on a back.</summary>
    public void BackMark(double x, double right, double left, double low, double high, uint paint) =>
        Face(At(x, left, low), At(x, right, low), At(x, right, high), At(x, left, high), Lit(paint, -_aheadLight), MarkBias);

    /// <summary>A mark on a left side.</summary>
    public void LeftMark(double y, double back, double front, double low, double high, uint paint) =>
        Face(At(front, y, low), At(back, y, low), At(back, y, high), At(front, y, high), Lit(paint, _leftLight), MarkBias);

    /// <summary>A mark on a right side.</summary>
    public void RightMark(double y, double back, double front, double low, double high, uint paint) =>
        Face(At(back, y, low), At(front, y, low), At(front, y, high), At(back, y, high), Lit(paint, -_leftLight), MarkBias);

    /// <summary>A convex plate that looks ahead.</summary>
    /// <param name="x">Where.</param>
    /// <param name="outline">Left (x) and up (y), counterclockwise as seen from ahead.</param>
    /// <param name="centreHeight">Added to each y.</param>
    /// <param name="scale">The outline is made larger by.</param>
    /// <param name="paint">Its colour.</param>
    /// <param name="layer">0 for the lowest of several plates in one place.</param>
    public void Plate(double x, ReadOnlySpan<Vector> outline, double centreHeight, double scale, uint paint, int layer)
    {
        for (int i = 0; i < outline.Length; i++)
        {
            _corners[i] = At(x, outline[i].X * scale, centreHeight + (outline[i].Y * scale));
        }

        raster.FillFace(_corners.AsSpan(0, outline.Length), paint, 1 + (layer * (MarkBias - 1)));
    }

    private SpacePoint At(double x, double y, double z) => new(
        _origin.X + (x * _ahead.X) + (y * _left.X) + (z * _up.X),
        _origin.Y + (x * _ahead.Y) + (y * _left.Y) + (z * _up.Y),
        _origin.Z + (x * _ahead.Z) + (y * _left.Z) + (z * _up.Z));

    private void Face(SpacePoint a, SpacePoint b, SpacePoint c, SpacePoint d, uint paint, double bias)
    {
        (_corners[0], _corners[1], _corners[2], _corners[3]) = (a, b, c, d);
        raster.FillFace(_corners.AsSpan(0, 4), paint, bias);
    }

    private uint Lit(uint paint, double light) =>
        paint >> 24 == (uint)PaintKind.Lamp ? paint : Paint.Shade(paint, 0.76 + (0.24 * light * Contrast));
}
