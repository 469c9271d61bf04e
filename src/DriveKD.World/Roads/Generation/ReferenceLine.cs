using DriveKD.World.Geometry;

namespace DriveKD.World.Roads.Generation;

/// <summary>The middle of a road: straight pieces and arcs that go on from each other without a kink.</summary>
internal sealed class ReferenceLine(Pose start)
{
    private readonly List<(Pose Start, double From, double Length, double Curvature)> _pieces = [];

    /// <summary>Metres.</summary>
    public double Length { get; private set; }

    /// <summary>Goes on straight (0) or along an arc (one over its radius, positive to the left).</summary>
    public ReferenceLine Add(double length, double curvature = 0)
    {
        _pieces.Add((_pieces.Count == 0 ? start : At(Length), Length, length, curvature));
        Length += length;
        return this;
    }

    /// <summary>The pose of a place on the line.</summary>
    public Pose At(double along)
    {
        int index = _pieces.Count - 1;
        while (index > 0 && along < _pieces[index].From)
        {
            index--;
        }

        (Pose pose, double from, _, double curvature) = _pieces[index];
        double ahead = along - from;
        if (curvature == 0)
        {
            return pose with { Position = pose.Position + (pose.Direction * ahead) };
        }

        double turned = ahead * curvature;
        Vector chord = new(PortableTrigonometry.Sin(turned) / curvature, (1 - PortableTrigonometry.Cos(turned)) / curvature);
        return new Pose(pose.ToWorld(chord), PortableTrigonometry.Wrap(pose.Heading + turned));
    }

    /// <summary>Points beside a part of the line, the first and the last exactly at its ends.</summary>
    /// <param name="from">Where the part begins.</param>
    /// <param name="to">Where it ends; may lie before its beginning.</param>
    /// <param name="left">Metres to the left of the line.</param>
    /// <param name="spacing">At most so many metres from point to point along the line.</param>
    public Vector[] Beside(double from, double to, double left, double spacing)
    {
        int count = (int)Math.Ceiling(Math.Abs(to - from) / spacing) + 1;
        Vector[] points = new Vector[Math.Max(count, 2)];
        for (int i = 0; i < points.Length; i++)
        {
            Pose pose = At(i == points.Length - 1 ? to : from + ((to - from) * i / (points.Length - 1)));
            points[i] = pose.Position + (pose.Direction.Left * left);
        }

        return points;
    }
}
