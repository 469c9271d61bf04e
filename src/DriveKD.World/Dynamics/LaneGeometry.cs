using DriveKD.World.Geometry;
using DriveKD.World.Roads;

namespace DriveKD.World.Dynamics;

/// <summary>A lane's centre line measured: lengths and directions of its pieces.</summary>
internal sealed class LaneGeometry
{
    private readonly Vector[] _points;
    private readonly Vector[] _directions;
    private readonly double[] _along;

    public LaneGeometry(Lane lane)
    {
        _points = [.. lane.Centre];
        _directions = new Vector[_points.Length];
        _along = new double[_points.Length];
        for (int i = 1; i < _points.Length; i++)
        {
            Vector piece = _points[i] - _points[i - 1];
            _directions[i - 1] = piece.Unit;
            _along[i] = _along[i - 1] + piece.Length;
        }

        _directions[^1] = _directions[^2];
        Length = _along[^1];
    }

    /// <summary>Metres.</summary>
    public double Length { get; }

    /// <summary>The centre line's points.</summary>
    public ReadOnlySpan<Vector> Points => _points;

    /// <summary>Metres from the beginning to each point.</summary>
    public ReadOnlySpan<double> Along => _along;

    /// <summary>The direction from each point to the next.</summary>
    public ReadOnlySpan<Vector> Directions => _directions;

    /// <summary>The first point past a place, or the last point.</summary>
    public int After(double along)
    {
        int index = Array.BinarySearch(_along, along);
        return Math.Min(index >= 0 ? index + 1 : ~index, _points.Length - 1);
    }

    /// <summary>The point and the direction of a place; beyond the ends the lane goes on straight.</summary>
    public (Vector Point, Vector Direction) At(double along)
    {
        int before = Math.Max(After(along) - 1, 0);
        return (_points[before] + (_directions[before] * (along - _along[before])), _directions[before]);
    }

    /// <summary>The place nearest to a point, looked for within some metres of a guess.</summary>
    public (double Along, double Left) Project(Vector point, double guess, double within)
    {
        (double bestAlong, double bestLeft, double best) = (guess, 0, double.MaxValue);
        int first = Math.Max(After(guess - within) - 1, 0);
        int last = Math.Min(After(guess + within), _points.Length - 1);
        for (int i = first; i < last; i++)
        {
            Vector offset = point - _points[i];
            double part = Math.Clamp(offset.Dot(_directions[i]), i == 0 ? double.MinValue : 0, i == _points.Length - 2 ? double.MaxValue : _along[i + 1] - _along[i]);
            Vector rest = offset - (_directions[i] * part);
            double square = rest.Dot(rest);
            if (square < best)
            {
                (best, bestAlong, bestLeft) = (square, _along[i] + part, _directions[i].Cross(rest));
            }
        }

        return (bestAlong, bestLeft);
    }
}
