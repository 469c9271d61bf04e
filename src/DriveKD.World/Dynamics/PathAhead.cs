using DriveKD.World.Geometry;

namespace DriveKD.World.Dynamics;

/// <summary>The line that a vehicle is about to drive: its lanes' centres, moved sideways where it keeps to a side or changes lanes.</summary>
internal sealed class PathAhead
{
    private Vector[] _points = new Vector[96];
    private double[] _along = new double[96];
    private int _count;

    /// <summary>Lays the path of a vehicle from its place on a lane.</summary>
    /// <param name="network">The roads.</param>
    /// <param name="route">The lanes.</param>
    /// <param name="index">The present one.</param>
    /// <param name="along">Metres along it.</param>
    /// <param name="offset">Metres to the left of the centre at which it drives in the end.</param>
    /// <param name="shift">Metres to the left of that at which it is now.</param>
    /// <param name="slope">Metres sideways per metre ahead by which the shift goes.</param>
    /// <param name="horizon">Metres.</param>
    public void Lay(RoadNetwork network, int[] route, int index, double along, double offset, double shift, double slope, double horizon)
    {
        _count = 0;
        (Vector start, Vector direction) = network.Geometry[route[index]].At(along);
        Add(start + (direction.Left * (offset + shift)), 0);
        double before = -along;
        for (int i = index; i < route.Length && before < horizon; i++)
        {
            LaneGeometry lane = network.Geometry[route[i]];
            for (int point = i == index ? lane.After(along) : 1; point < lane.Points.Length; point++)
            {
                double distance = before + lane.Along[point];
                if (distance < 0.05)
                {
                    continue;
                }

                double rest = Math.Max(Math.Abs(shift) - (slope * distance), 0) * Math.Sign(shift);
                Add(lane.Points[point] + (lane.Directions[point].Left * (offset + rest)), distance);
                if (distance > horizon)
                {
                    return;
                }
            }

            before += lane.Length;
        }

        // A path goes on straight over the edge of the map, so that there is always something to steer by.
        Vector last = _count > 1 ? (_points[_count - 1] - _points[_count - 2]).Unit : direction;
        Add(_points[_count - 1] + (last * 20), _along[_count - 1] + 20);
    }

    /// <summary>The point so many metres ahead.</summary>
    public Vector At(double along)
    {
        int i = 1;
        while (i < _count - 1 && _along[i] < along)
        {
            i++;
        }

        return _points[i - 1] + ((_points[i] - _points[i - 1]).Unit * (along - _along[i - 1]));
    }

    /// <summary>The place on the path nearest to a point: metres ahead, metres to the left, and the path's direction there.</summary>
    public (double Along, double Left, Vector Direction) Project(Vector point)
    {
        (double along, double left, Vector direction, double best) = (0, 0, default, double.MaxValue);
        for (int i = 0; i + 1 < _count; i++)
        {
            Vector piece = _points[i + 1] - _points[i];
            Vector offset = point - _points[i];
            double square = piece.Dot(piece);
            double part = Math.Clamp(offset.Dot(piece) / square, i == 0 ? double.MinValue : 0, 1);
            Vector rest = offset - (piece * part);
            double distance = rest.Dot(rest);
            if (distance < best)
            {
                double length = Math.Sqrt(square);
                (best, along, left, direction) = (distance, _along[i] + (part * length), piece.Cross(rest) / length, piece / length);
            }
        }

        return (along, left, direction);
    }

    private void Add(Vector point, double along)
    {
        if (_count == _points.Length)
        {
            Array.Resize(ref _points, 2 * _count);
            Array.Resize(ref _along, 2 * _count);
        }

        (_points[_count], _along[_count]) = (point, along);
        _count++;
    }
}
