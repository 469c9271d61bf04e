using System.Globalization;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;
using SkiaSharp;

namespace DriveKD.World.Rendering;

/// <summary>A scene from above, for people: its bytes may differ between machines.</summary>
public sealed class BirdsEyeView
{
    private static readonly SKColor _grass = new(0xB9, 0xC9, 0xA6);
    private static readonly SKColor _sidewalk = new(0xCF, 0xCB, 0xC4);
    private static readonly SKColor _asphalt = new(0x6A, 0x6D, 0x72);
    private static readonly SKColor _house = new(0xB4, 0x98, 0x7C);
    private static readonly SKColor _tree = new(0x5D, 0x8F, 0x4E);
    private static readonly SKColor _route = new(0x4F, 0xB6, 0xFF, 0x80);
    private static readonly SKColor _amber = new(0xFF, 0xB0, 0x00);
    private static readonly SKColor _egoRing = new(0x00, 0xE5, 0xFF);

    private readonly WorldState _state;
    private readonly BirdsEyeSettings _settings;
    private readonly SKCanvas _canvas;
    private readonly double _scale;
    private readonly Vector _up;

    private BirdsEyeView(WorldState state, BirdsEyeSettings settings, SKCanvas canvas)
    {
        (_state, _settings, _canvas) = (state, settings, canvas);
        _scale = settings.Size / settings.Metres;
        _up = settings.IsTurnedWithEgo ? state.Ego.Pose.Direction : new Vector(0, 1);
    }

    /// <summary>Draws roads, lines, signals, the route, and everybody with an arrow to where they look.</summary>
    /// <param name="state">The scene.</param>
    /// <param name="settings">What is shown; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static RgbImage Draw(WorldState state, BirdsEyeSettings? settings = null)
    {
        settings ??= new BirdsEyeSettings();
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Size, 64, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Size, 8192, nameof(settings));
        if (!(settings.Metres is >= 5 and <= 2000))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), settings.Metres, "expected 5 to 2000 metres.");
        }

        if (!(settings.EgoBehindMiddle is >= -0.5 and <= 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), settings.EgoBehindMiddle, "expected a share of -0.5 to 0.5.");
        }

        using SKBitmap bitmap = new(new SKImageInfo(settings.Size, settings.Size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(bitmap))
        {
            new BirdsEyeView(state, settings, canvas).DrawAll();
        }

        byte[] pixels = new byte[3 * settings.Size * settings.Size];
        RgbaPixels.DropAlpha(bitmap.GetPixelSpan(), pixels);
        return new RgbImage(settings.Size, settings.Size, pixels);
    }

    private void DrawAll()
    {
        _canvas.Clear(_grass);
        foreach (IReadOnlyList<Vector> outline in _state.Map.Sidewalks)
        {
            Fill(outline, _sidewalk);
        }

        foreach (IReadOnlyList<Vector> outline in _state.Map.Asphalt)
        {
            Fill(outline, _asphalt);
        }

        foreach (int id in _state.Route)
        {
            Stroke(_state.Map.Lanes[id].Centre, 1.4, _route, null);
        }

        foreach (Lane lane in _state.Map.Lanes)
        {
            DrawLine(lane, lane.LeftLine, (lane.Width / 2) - (lane.LeftLine == LaneLine.Double ? 0.15 : 0));
            if (lane.RightLane is null)
            {
                DrawLine(lane, lane.RightLine, -lane.Width / 2);
            }
        }

        foreach (Crossing crossing in _state.Map.Crossings)
        {
            Vector half = (crossing.To - crossing.From).Unit * 0.25;
            Stroke([crossing.From + half, crossing.To], crossing.Width, SKColors.White, [0.5, 0.5]);
        }

        foreach (Building building in _state.Map.Buildings)
        {
            Fill(Footprint(building.Pose, building.Length, building.Width), building.Kind == BuildingKind.House ? _house : _tree);
        }

        foreach (TrafficSign sign in _state.Map.Signs)
        {
            Disc(sign.Pose.Position, 1, SKColors.White);
            Disc(sign.Pose.Position, 0.75, sign.Kind == SignKind.Stop ? new SKColor(0xC8, 0x18, 0x20) : new SKColor(0xFF, 0x9A, 0x9A));
        }

        foreach (TrafficSignal signal in _state.Map.Signals)
        {
            Disc(signal.Pose.Position, 1.2, SKColors.Black);
            Disc(signal.Pose.Position, 0.9, _state.Signals[signal.Id] switch
            {
                SignalPhase.Red => SKColors.Red,
                SignalPhase.Yellow => _amber,
                _ => new SKColor(0x20, 0xE0, 0x60),
            });
        }

        foreach (ActorState actor in _state.Actors.Append(_state.Ego))
        {
            DrawActor(actor);
        }

        DrawScaleBar();
    }

    private void DrawLine(Lane lane, LaneLine line, double offset)
    {
        if (line == LaneLine.None)
        {
            return;
        }

        Vector[] points = new Vector[lane.Centre.Count];
        for (int i = 0; i < points.Length; i++)
        {
            Vector along = lane.Centre[Math.Min(i + 1, points.Length - 1)] - lane.Centre[Math.Max(i - 1, 0)];
            points[i] = lane.Centre[i] + (along.Unit.Left * offset);
        }

        SKColor color = line switch { LaneLine.Double => new SKColor(0xF0, 0xC8, 0x40), LaneLine.Edge => new SKColor(0xA8, 0xA8, 0xA8), _ => SKColors.White };
        Stroke(points, 0.16, color, line == LaneLine.Dashed ? [3, 4] : null);
    }

    private void DrawActor(ActorState actor)
    {
        bool isEgo = actor.Id == _state.Ego.Id;
        double length = Math.Max(actor.Length, 0.8);
        double width = Math.Max(actor.Width, 0.8);
        if (isEgo)
        {
            Fill(Footprint(actor.Pose, length + 1, width + 1), _egoRing);
        }

        uint paint = Paint.Of(actor.Color);
        Fill(Footprint(actor.Pose, length + 0.2, width + 0.2), new SKColor(0x20, 0x20, 0x24));
        Fill(Footprint(actor.Pose, length, width), new SKColor((byte)(paint >> 16), (byte)(paint >> 8), (byte)paint));

        // A triangle from the middle to the front says where it looks.
        SKColor arrow = actor.Color is ActorColor.White or ActorColor.Yellow ? new SKColor(0x30, 0x30, 0x38) : SKColors.White;
        (double tip, double wing) = (length * 0.46, width * 0.34);
        Fill([Of(tip, 0), Of(length * 0.1, wing), Of(length * 0.1, -wing)], arrow);

        double x = length / 2;
        double y = width / 2;
        if (actor.IsBraking)
        {
            Fill([Of(-x, -y), Of(-x - 0.5, -y), Of(-x - 0.5, y), Of(-x, y)], SKColors.Red);
        }

        if (actor.Indicator is Indicator.Left or Indicator.Hazard)
        {
            Disc(Of(x - 0.3, y), 0.45, _amber);
            Disc(Of(0.3 - x, y), 0.45, _amber);
        }

        if (actor.Indicator is Indicator.Right or Indicator.Hazard)
        {
            Disc(Of(x - 0.3, -y), 0.45, _amber);
            Disc(Of(0.3 - x, -y), 0.45, _amber);
        }

        if (_settings.HasLabels)
        {
            SKPoint at = ToPixel(actor.Pose.Position);
            float shift = (float)((Math.Max(width, 1) * 0.5 * _scale) + 4);
            Label(isEgo ? "ego" : actor.Id.ToString(CultureInfo.InvariantCulture), at.X + shift, at.Y + 5, 13);
        }

        Vector Of(double ahead, double left) => actor.Pose.ToWorld(new Vector(ahead, left));
    }

    private void DrawScaleBar()
    {
        double metres = new[] { 1.0, 2, 5, 10, 20, 50, 100, 200, 500 }.Last(step => step == 1 || step <= _settings.Metres / 4);
        float left = 14;
        float bottom = _settings.Size - 14f;
        float right = left + (float)(metres * _scale);
        using SKPaint paint = new() { Color = SKColors.Black, StrokeWidth = 3, IsAntialias = true, Style = SKPaintStyle.Stroke };
        _canvas.DrawLine(left, bottom, right, bottom, paint);
        _canvas.DrawLine(left, bottom - 5, left, bottom + 5, paint);
        _canvas.DrawLine(right, bottom - 5, right, bottom + 5, paint);
        Label($"{metres.ToString(CultureInfo.InvariantCulture)} m", left + 4, bottom - 8, 14);
        Label(string.Create(CultureInfo.InvariantCulture, $"{_state.Time:F1} s, {_state.TimeOfDay}, {_state.Weather}"), 10, 22, 14);
    }

    private void Label(string text, float x, float baseline, float size)
    {
        using FigureFont halo = new(size, SKColors.White, isBold: true);
        using FigureFont ink = new(size, SKColors.Black, isBold: true);
        foreach ((float dx, float dy) in (ReadOnlySpan<(float, float)>)[(-1, 0), (1, 0), (0, -1), (0, 1)])
        {
            halo.Draw(_canvas, text, x + dx, baseline + dy);
        }

        ink.Draw(_canvas, text, x, baseline);
    }

    private void Fill(IReadOnlyList<Vector> outline, SKColor color)
    {
        using SKPaint paint = new() { Color = color, IsAntialias = true };
        using SKPathBuilder builder = new();
        builder.AddPoly([.. outline.Select(ToPixel)], close: true);
        using SKPath path = builder.Detach();
        _canvas.DrawPath(path, paint);
    }

    private void Stroke(IReadOnlyList<Vector> points, double width, SKColor color, double[]? dashes)
    {
        using SKPathEffect? effect = dashes is null ? null : SKPathEffect.CreateDash([.. dashes.Select(dash => (float)(dash * _scale))], 0);
        using SKPaint paint = new()
        {
            Color = color,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = (float)Math.Max(1, width * _scale),
            PathEffect = effect,
        };
        using SKPathBuilder builder = new();
        builder.AddPoly([.. points.Select(ToPixel)], close: false);
        using SKPath path = builder.Detach();
        _canvas.DrawPath(path, paint);
    }

    private void Disc(Vector centre, double radius, SKColor color)
    {
        using SKPaint paint = new() { Color = color, IsAntialias = true };
        _canvas.DrawCircle(ToPixel(centre), (float)Math.Max(2, radius * _scale), paint);
    }

    private SKPoint ToPixel(Vector point)
    {
        Vector offset = point - _state.Ego.Pose.Position;
        double right = -offset.Dot(_up.Left);
        return new SKPoint(
            (float)((_settings.Size / 2.0) + (right * _scale)),
            (float)((_settings.Size * (0.5 + _settings.EgoBehindMiddle)) - (offset.Dot(_up) * _scale)));
    }

    private static Vector[] Footprint(Pose pose, double length, double width) =>
    [
        pose.ToWorld(new Vector(length / 2, width / 2)),
        pose.ToWorld(new Vector(-length / 2, width / 2)),
        pose.ToWorld(new Vector(-length / 2, -width / 2)),
        pose.ToWorld(new Vector(length / 2, -width / 2)),
    ];
}
