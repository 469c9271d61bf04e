using DriveKD.World.Geometry;

namespace DriveKD.World.Rendering;

/// <summary>Samples of a picture while it is drawn: colour, inverse depth, and whose they are. Polygons are clipped at the near plane and at the edges.</summary>
internal sealed class Raster
{
    private const int MostCorners = 12;

    private readonly SpacePoint[] _clipped = new SpacePoint[MostCorners + 1];
    private SpacePoint[] _outline = [];
    private double[] _xs = [];
    private double[] _ys = [];
    private double[] _crossings = [];
    private int _stampedBefore;

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>By row: see <see cref="Paint"/>.</summary>
    public uint[] Colors { get; private set; } = [];

    /// <summary>One over the metres of depth; 0 for the sky.</summary>
    public float[] Inverse { get; private set; } = [];

    /// <summary>0 for none, else the place among the actors drawn plus 1.</summary>
    public int[] Owners { get; private set; } = [];

    /// <summary>Which actor last covered a sample, hidden or not: counts each of its samples once.</summary>
    public int[] Stamps { get; private set; } = [];

    /// <summary>Whose faces are drawn: 0 for nobody's.</summary>
    public int Owner { get; set; }

    /// <summary>Whether <see cref="Covered"/> is counted.</summary>
    public bool CountsCover { get; set; }

    /// <summary>Samples that the current owner would have if nothing stood before it.</summary>
    public int Covered { get; set; }

    public Projection View { get; private set; } = null!;

    public void Begin(Projection view)
    {
        View = view;
        (Width, Height) = (view.Width, view.Height);
        int count = Width * Height;
        if (Colors.Length < count)
        {
            Colors = new uint[count];
            Inverse = new float[count];
            Owners = new int[count];
            Stamps = new int[count];
        }

        Array.Clear(Owners, 0, count);
        Array.Clear(Stamps, 0, count);
        Owner = 0;
        _stampedBefore = 0;
    }

    /// <summary>Every owner's samples are stamped with a number of its own.</summary>
    public void BeginOwner(int owner)
    {
        Owner = owner;
        Covered = 0;
        _stampedBefore++;
    }

    /// <summary>Fills a convex face that is turned to the camera, where nothing is nearer.</summary>
    /// <param name="corners">As the camera sees them, counterclockwise from outside; at most 12 less one.</param>
    /// <param name="paint">Its colour.</param>
    /// <param name="bias">Above 1 to win against the face that it lies on.</param>
    public void FillFace(ReadOnlySpan<SpacePoint> corners, uint paint, double bias)
    {
        SpacePoint normal = corners[1].Minus(corners[0]).Cross(corners[2].Minus(corners[0]));
        double distance = normal.Dot(corners[0]);
        if (distance >= 0)
        {
            return;
        }

        int count = ClipNear(corners, _clipped);
        if (count < 3)
        {
            return;
        }

        (int top, int bottom) = ToPixels(_clipped, count);
        double scale = bias / distance;
        double perColumn = normal.X / View.FocalPixels * scale;
        double perRow = normal.Y / View.FocalPixels * scale;
        double start = (normal.Z * scale) + (perColumn * (0.5 - (Width / 2.0))) + (perRow * (0.5 - (Height / 2.0)));
        for (int row = top; row < bottom; row++)
        {
            (int left, int right) = Span(row, count);
            if (left < right)
            {
                FillRow(row, left, right, start + (perRow * row), perColumn, paint);
            }
        }
    }

    /// <summary>Paints a convex polygon that lies on the ground, over what was painted before.</summary>
    public void FillGround(ReadOnlySpan<SpacePoint> corners, uint paint)
    {
        int count = ClipNear(corners, _clipped);
        if (count < 3)
        {
            return;
        }

        (int top, int bottom) = ToPixels(_clipped, count);
        for (int row = top; row < bottom; row++)
        {
            (int left, int right) = Span(row, count);
            if (left < right)
            {
                Colors.AsSpan((row * Width) + left, right - left).Fill(paint);
            }
        }
    }

    /// <summary>Paints a simple polygon of the ground, convex or not.</summary>
    public void FillGround(IReadOnlyList<Vector> outline, uint paint)
    {
        if (_outline.Length < outline.Count * 3)
        {
            _outline = new SpacePoint[outline.Count * 3];
        }

        Span<SpacePoint> corners = _outline.AsSpan(0, outline.Count);
        for (int i = 0; i < corners.Length; i++)
        {
            corners[i] = View.ToCamera(new SpacePoint(outline[i].X, outline[i].Y, 0));
        }

        int count = ClipNear(corners, _outline.AsSpan(outline.Count));
        if (count < 3)
        {
            return;
        }

        (int top, int bottom) = ToPixels(_outline.AsSpan(outline.Count), count);
        for (int row = top; row < bottom; row++)
        {
            int crossings = Crossings(row + 0.5, count);
            for (int i = 0; i + 1 < crossings; i += 2)
            {
                (int left, int right) = (Column(_crossings[i]), Column(_crossings[i + 1]));
                if (left < right)
                {
                    Colors.AsSpan((row * Width) + left, right - left).Fill(paint);
                }
            }
        }
    }

    private void FillRow(int row, int left, int right, double start, double perColumn, uint paint)
    {
        int offset = row * Width;
        Span<uint> colors = Colors.AsSpan(offset, Width);
        Span<float> inverses = Inverse.AsSpan(offset, Width);
        Span<int> owners = Owners.AsSpan(offset, Width);
        for (int x = left; x < right; x++)
        {
            float inverse = (float)(start + (perColumn * x));
            if (inverse > inverses[x])
            {
                inverses[x] = inverse;
                colors[x] = paint;
                owners[x] = Owner;
            }
        }

        if (CountsCover && Owner != 0)
        {
            Span<int> stamps = Stamps.AsSpan(offset, Width);
            for (int x = left; x < right; x++)
            {
                Covered += stamps[x] != _stampedBefore ? 1 : 0;
                stamps[x] = _stampedBefore;
            }
        }
    }

    // Sutherland and Hodgman at one plane.
    private static int ClipNear(ReadOnlySpan<SpacePoint> corners, Span<SpacePoint> clipped)
    {
        int count = 0;
        SpacePoint before = corners[^1];
        foreach (SpacePoint corner in corners)
        {
            bool isBeforeIn = before.Z >= Projection.NearMetres;
            bool isIn = corner.Z >= Projection.NearMetres;
            if (isIn != isBeforeIn)
            {
                double share = (Projection.NearMetres - before.Z) / (corner.Z - before.Z);
                clipped[count++] = new SpacePoint(before.X + (share * (corner.X - before.X)), before.Y + (share * (corner.Y - before.Y)), Projection.NearMetres);
            }

            if (isIn)
            {
                clipped[count++] = corner;
            }

            before = corner;
        }

        return count;
    }

    private (int Top, int Bottom) ToPixels(ReadOnlySpan<SpacePoint> corners, int count)
    {
        if (_xs.Length < count)
        {
            _xs = new double[count * 2];
            _ys = new double[count * 2];
            _crossings = new double[count * 2];
        }

        double top = double.MaxValue;
        double bottom = double.MinValue;
        double left = double.MaxValue;
        double right = double.MinValue;
        for (int i = 0; i < count; i++)
        {
            double focal = View.FocalPixels / corners[i].Z;
            double x = (Width / 2.0) + (focal * corners[i].X);
            double y = (Height / 2.0) + (focal * corners[i].Y);
            (_xs[i], _ys[i]) = (x, y);
            top = Math.Min(top, y);
            bottom = Math.Max(bottom, y);
            left = Math.Min(left, x);
            right = Math.Max(right, x);
        }

        return right < 0 || left > Width ? (0, 0) : (Edge(top, Height), Edge(bottom, Height));
    }

    private (int Left, int Right) Span(int row, int count)
    {
        double y = row + 0.5;
        double left = double.MaxValue;
        double right = double.MinValue;
        int before = count - 1;
        for (int i = 0; i < count; i++)
        {
            if (_ys[i] <= y != _ys[before] <= y)
            {
                double x = _xs[i] + ((y - _ys[i]) / (_ys[before] - _ys[i]) * (_xs[before] - _xs[i]));
                left = Math.Min(left, x);
                right = Math.Max(right, x);
            }

            before = i;
        }

        return left <= right ? (Column(left), Column(right)) : (0, 0);
    }

    private int Crossings(double y, int count)
    {
        int found = 0;
        int before = count - 1;
        for (int i = 0; i < count; i++)
        {
            if (_ys[i] <= y != _ys[before] <= y)
            {
                double x = _xs[i] + ((y - _ys[i]) / (_ys[before] - _ys[i]) * (_xs[before] - _xs[i]));
                int at = found++;
                for (; at > 0 && _crossings[at - 1] > x; at--)
                {
                    _crossings[at] = _crossings[at - 1];
                }

                _crossings[at] = x;
            }

            before = i;
        }

        return found;
    }

    private int Column(double x) => Edge(x, Width);

    // The first sample whose centre lies at or after a place.
    private static int Edge(double place, int most) => (int)Math.Ceiling(Math.Min(Math.Max(place - 0.5, 0), most));
}
