using DriveKD.World.Geometry;
using DriveKD.World.Roads;

namespace DriveKD.World.Rendering;

/// <summary>Paints sky and ground: grass, sidewalks, asphalt, lane lines, crossings, stop lines. The ground is flat.</summary>
internal sealed class GroundPainter(Raster raster)
{
    private const double DashMetres = 3;
    private const double DashPeriodMetres = 7;
    private const double MostMetres = 90;

    // A stroke beside the camera may begin behind it, and its depth is that of the lane's middle.
    private const double LeastRunMetres = 4;

    // Lines thinner than this would come and go with the samples.
    private const double LeastLinePixels = 1;

    private static readonly uint _grass = Paint.Of(98, 118, 74);
    private static readonly uint _sidewalk = Paint.Of(168, 164, 158);
    private static readonly uint _asphalt = Paint.Of(82, 84, 88, PaintKind.Road);
    private static readonly uint _line = Paint.Of(236, 236, 232, PaintKind.Road);

    // Paler than an indicator's amber.
    private static readonly uint _double = Paint.Of(216, 190, 96, PaintKind.Road);

    private static readonly uint _edge = Paint.Of(140, 140, 140, PaintKind.Road);

    private readonly SpacePoint[] _corners = new SpacePoint[4];

    /// <summary>Samples per pixel along an axis.</summary>
    public int SamplesPerAxis { get; set; } = 1;

    /// <summary>Paints everything flat and sets every sample's depth.</summary>
    public void Draw(RoadMap map, Atmosphere atmosphere)
    {
        for (int row = 0; row < raster.Height; row++)
        {
            double inverse = raster.View.GroundInverseDepth(row);
            int offset = row * raster.Width;
            raster.Inverse.AsSpan(offset, raster.Width).Fill(inverse > 0 ? (float)inverse : 0);
            raster.Colors.AsSpan(offset, raster.Width).Fill(inverse > 0 ? _grass : atmosphere.Sky(-inverse * raster.View.EyeHeight));
        }

        foreach (IReadOnlyList<Vector> sidewalk in map.Sidewalks)
        {
            raster.FillGround(sidewalk, _sidewalk);
        }

        foreach (IReadOnlyList<Vector> asphalt in map.Asphalt)
        {
            raster.FillGround(asphalt, _asphalt);
        }

        foreach (Lane lane in map.Lanes)
        {
            DrawLine(lane, lane.LeftLine, 1);

            // The neighbour draws the line between the two, as its left one.
            if (lane.RightLane is null)
            {
                DrawLine(lane, lane.RightLine, -1);
            }
        }

        foreach (Crossing crossing in map.Crossings)
        {
            DrawCrossing(crossing);
        }

        foreach (Lane lane in map.Lanes)
        {
            if (lane.Signal is not null || lane.Sign is not null)
            {
                DrawStopLine(lane);
            }
        }
    }

    private void DrawLine(Lane lane, LaneLine line, int side)
    {
        if (line == LaneLine.None)
        {
            return;
        }

        (uint paint, double width, double inset) = line switch
        {
            LaneLine.Double => (_double, 0.14, 0.14),
            LaneLine.Edge => (_edge, 0.2, 0.1),
            _ => (_line, 0.16, 0.0),
        };
        double offset = side * ((lane.Width / 2) - inset);
        double along = 0;
        int last = lane.Centre.Count - 1;
        for (int start = 0, end; start < last; start = end)
        {
            // A straight run is one stroke, however many points it has.
            for (end = start + 1; end < last && IsStraight(lane.Centre[end - 1], lane.Centre[end], lane.Centre[end + 1]); end++)
            {
            }

            double length = (lane.Centre[end] - lane.Centre[start]).Length;
            if (IsNear(lane.Centre[start], lane.Centre[end]))
            {
                Vector from = lane.Centre[start] + (Left(lane, start) * offset);
                Vector to = lane.Centre[end] + (Left(lane, end) * offset);
                if (line == LaneLine.Dashed)
                {
                    DrawDashes(from, to, along, length, width, paint);
                }
                else
                {
                    DrawStroke(from, to, width, paint);
                }
            }

            along += length;
        }
    }

    private void DrawDashes(Vector from, Vector to, double along, double length, double width, uint paint)
    {
        for (double dash = Math.Floor(along / DashPeriodMetres) * DashPeriodMetres; dash < along + length; dash += DashPeriodMetres)
        {
            double start = Math.Max(0, (dash - along) / length);
            double end = Math.Min(1, (dash + DashMetres - along) / length);
            if (start < end)
            {
                DrawStroke(from + ((to - from) * start), from + ((to - from) * end), width, paint);
            }
        }
    }

    private void DrawCrossing(Crossing crossing)
    {
        Vector across = (crossing.To - crossing.From).Unit;
        double length = (crossing.To - crossing.From).Length;
        Vector along = across.Left * (crossing.Width / 2);
        int stripes = Math.Max(1, (int)(length / 1.0));
        double pitch = length / stripes;
        for (int i = 0; i < stripes; i++)
        {
            DrawStroke(
                crossing.From + (across * ((i + 0.5) * pitch)) - along,
                crossing.From + (across * ((i + 0.5) * pitch)) + along,
                0.5 * pitch,
                _line);
        }
    }

    private void DrawStopLine(Lane lane)
    {
        double rest = lane.StopDistance;
        for (int i = lane.Centre.Count - 1; i > 0; i--)
        {
            Vector step = lane.Centre[i - 1] - lane.Centre[i];
            double length = step.Length;
            if (rest <= length)
            {
                Vector middle = lane.Centre[i] + (step.Unit * rest);
                Vector side = step.Unit.Left * ((lane.Width / 2) - 0.15);
                DrawStroke(middle - side, middle + side, 0.5, _line);
                return;
            }

            rest -= length;
        }
    }

    private void DrawStroke(Vector from, Vector to, double width, uint paint)
    {
        SpacePoint start = raster.View.ToCamera(new SpacePoint(from.X, from.Y, 0));
        SpacePoint end = raster.View.ToCamera(new SpacePoint(to.X, to.Y, 0));
        if (start.Z < Projection.NearMetres && end.Z < Projection.NearMetres)
        {
            return;
        }

        Vector direction = (to - from).Unit.Left;
        SpacePoint side = raster.View.Turn(new SpacePoint(direction.X, direction.Y, 0));
        double least = LeastLinePixels * SamplesPerAxis / 2 / raster.View.FocalPixels;

        // The width is the line's own up to here, then the least one: two pieces, each of which has straight sides.
        double turn = width / 2 / least;
        if (start.Z < turn != end.Z < turn)
        {
            double share = (turn - start.Z) / (end.Z - start.Z);
            SpacePoint middle = new(start.X + (share * (end.X - start.X)), start.Y + (share * (end.Y - start.Y)), turn);
            DrawPiece(start, middle, side, width / 2, least, paint);
            DrawPiece(middle, end, side, width / 2, least, paint);
        }
        else
        {
            DrawPiece(start, end, side, width / 2, least, paint);
        }
    }

    private void DrawPiece(SpacePoint start, SpacePoint end, SpacePoint side, double half, double least, uint paint)
    {
        double near = Math.Max(half, least * start.Z);
        double far = Math.Max(half, least * end.Z);
        _corners[0] = new SpacePoint(start.X - (side.X * near), start.Y - (side.Y * near), start.Z - (side.Z * near));
        _corners[1] = new SpacePoint(end.X - (side.X * far), end.Y - (side.Y * far), end.Z - (side.Z * far));
        _corners[2] = new SpacePoint(end.X + (side.X * far), end.Y + (side.Y * far), end.Z + (side.Z * far));
        _corners[3] = new SpacePoint(start.X + (side.X * near), start.Y + (side.Y * near), start.Z + (side.Z * near));
        raster.FillGround(_corners.AsSpan(), paint);
    }

    private bool IsNear(Vector from, Vector to)
    {
        double start = raster.View.ToCamera(new SpacePoint(from.X, from.Y, 0)).Z;
        double end = raster.View.ToCamera(new SpacePoint(to.X, to.Y, 0)).Z;
        return Math.Max(start, end) > -LeastRunMetres && Math.Min(start, end) < MostMetres;
    }

    private static bool IsStraight(Vector before, Vector point, Vector after) => Math.Abs((point - before).Cross(after - point)) < 1e-6;

    private static Vector Left(Lane lane, int point)
    {
        Vector from = lane.Centre[Math.Max(0, point - 1)];
        Vector to = lane.Centre[Math.Min(lane.Centre.Count - 1, point + 1)];
        return (to - from).Unit.Left;
    }
}
