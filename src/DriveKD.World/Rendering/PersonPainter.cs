using DriveKD.World.Actors;
using DriveKD.World.Geometry;

namespace DriveKD.World.Rendering;

/// <summary>Draws pedestrians, cyclists and cones.</summary>
internal sealed class PersonPainter(Solids solids)
{
    private const double LeastLampPixels = 2.2;

    private static readonly uint _hair = Paint.Of(60, 42, 30);

    private readonly Solids _solids = solids;

    /// <summary>Somebody on foot: an arm points where they look, legs are apart while they walk.</summary>
    public void DrawPedestrian(ActorState person, double time)
    {
        _solids.Place(person.Pose.Position, person.Pose.Heading);
        double h = person.Height;
        double y = Math.Max(0.2, person.Width / 2);
        uint jacket = Paint.Of(person.Color);
        double stride = person.Speed > 0.1 ? 0.14 + (0.12 * Swing((time * 1.6) + (person.Id * 0.37))) : 0;
        _solids.Block(-0.1 + stride, 0.1 + stride, 0.02, 0.8 * y, 0, 0.46 * h, -0.1, 0.1, 0.02, 0.7 * y, Paint.Trousers);
        _solids.Block(-0.1 - stride, 0.1 - stride, -0.8 * y, -0.02, 0, 0.46 * h, -0.1, 0.1, -0.7 * y, -0.02, Paint.Trousers);
        _solids.Block(-0.16, 0.16, -0.85 * y, 0.85 * y, 0.44 * h, 0.83 * h, -0.14, 0.14, -y, y, jacket);
        DrawHead(0, 0.84 * h, h);

        // The arm is lifted to where the person looks: at a dozen pixels a face says nothing.
        double reach = Math.Max(0.55, Math.Min(0.8, 2.2 * Finite(_solids.PixelMetres)));
        double thickness = Math.Max(0.06, Math.Min(0.12, 0.6 * Finite(_solids.PixelMetres)));
        _solids.Block(0.1, reach, -thickness, thickness, (0.72 * h) - thickness, (0.72 * h) + thickness, jacket);
        _solids.Block(reach, reach + 0.14, -thickness, thickness, (0.72 * h) - thickness, (0.72 * h) + thickness, Paint.Skin);
    }

    /// <summary>Somebody on a bicycle: an arm held out is an indicator.</summary>
    public void DrawCyclist(ActorState cyclist, bool isNight)
    {
        _solids.Place(cyclist.Pose.Position, cyclist.Pose.Heading);
        (double x, double h) = (cyclist.Length / 2, cyclist.Height);
        double y = Math.Max(0.2, cyclist.Width / 2);
        uint jacket = Paint.Of(cyclist.Color);
        foreach (double axle in (ReadOnlySpan<double>)[-0.62 * x, 0.62 * x])
        {
            _solids.Block(axle - 0.2, axle + 0.2, -0.05, 0.05, 0, 0.2 * h, axle - 0.34, axle + 0.34, -0.05, 0.05, Paint.Tyre);
            _solids.Block(axle - 0.34, axle + 0.34, -0.05, 0.05, 0.2 * h, 0.4 * h, axle - 0.2, axle + 0.2, -0.05, 0.05, Paint.Tyre);
        }

        _solids.Block(-0.6 * x, 0.6 * x, -0.04, 0.04, 0.34 * h, 0.42 * h, Paint.Metal);
        _solids.Block(0.42 * x, 0.56 * x, -0.9 * y, 0.9 * y, 0.58 * h, 0.63 * h, Paint.Dark);
        _solids.Block(-0.1, 0.22, -0.5 * y, -0.1 * y, 0.12 * h, 0.52 * h, -0.3, 0, -0.7 * y, -0.1 * y, Paint.Trousers);
        _solids.Block(-0.1, 0.22, 0.1 * y, 0.5 * y, 0.2 * h, 0.52 * h, -0.3, 0, 0.1 * y, 0.7 * y, Paint.Trousers);
        _solids.Block(-0.34, 0, -0.8 * y, 0.8 * y, 0.5 * h, 0.85 * h, -0.02, 0.26, -y, y, jacket);
        _solids.Block(0.16, 0.5 * x, -y, -0.65 * y, 0.6 * h, 0.74 * h, jacket);
        _solids.Block(0.16, 0.5 * x, 0.65 * y, y, 0.6 * h, 0.74 * h, jacket);
        DrawHead(0.14, 0.86 * h, h);

        double pixel = LeastLampPixels * Finite(_solids.PixelMetres);
        double tail = cyclist.IsBraking ? Math.Max(0.2, pixel) : 0.14;
        uint tailPaint = cyclist.IsBraking ? Paint.Brake : isNight ? Paint.TailLampNight : Paint.TailLampOff;
        _solids.BackMark(-0.4, -tail / 2, tail / 2, 0.4 * h, (0.4 * h) + tail, tailPaint);
        DrawSignal(cyclist, jacket, y, Math.Max(0.22, pixel));
        if (isNight)
        {
            _solids.FrontMark(0.6 * x, -0.08, 0.08, 0.5 * h, (0.5 * h) + 0.16, Paint.HeadLamp);
        }
    }

    /// <summary>A traffic cone.</summary>
    public void DrawCone(ActorState cone)
    {
        _solids.Place(cone.Pose.Position, cone.Pose.Heading);
        uint paint = Paint.Of(cone.Color);
        double r = cone.Width / 2;
        double h = cone.Height;
        _solids.Block(-r, r, -r, r, 0, 0.08 * h, Paint.Dark);
        Ring(0.08, 0.38, paint);
        Ring(0.38, 0.62, Paint.White);
        Ring(0.62, 1, paint);

        void Ring(double low, double high, uint color)
        {
            (double outer, double inner) = (r * (0.9 - (0.72 * low)), r * (0.9 - (0.72 * high)));
            _solids.Block(-outer, outer, -outer, outer, low * h, high * h, -inner, inner, -inner, inner, color);
        }
    }

    private static double Finite(double metres) => double.IsInfinity(metres) ? 0 : metres;

    private static double Swing(double turns) => PortableTrigonometry.Sin(turns * 2 * Math.PI);

    private void DrawHead(double x, double low, double high)
    {
        _solids.Block(x - 0.11, x + 0.11, -0.11, 0.11, low, high, Paint.Skin);
        _solids.Block(x - 0.13, x + 0.02, -0.12, 0.12, low + (0.25 * (high - low)), high + 0.02, _hair);
    }

    private void DrawSignal(ActorState cyclist, uint jacket, double y, double lamp)
    {
        double h = cyclist.Height;
        if (cyclist.Indicator is Indicator.Left or Indicator.Hazard)
        {
            _solids.Block(0, 0.14, y, y + 0.5, 0.72 * h, 0.8 * h, jacket);
            DrawGlove(y + 0.4, y + 0.4 + lamp);
        }

        if (cyclist.Indicator is Indicator.Right or Indicator.Hazard)
        {
            _solids.Block(0, 0.14, -y - 0.5, -y, 0.72 * h, 0.8 * h, jacket);
            DrawGlove(-y - 0.4 - lamp, -y - 0.4);
        }

        // Amber, so that the sign is the same for all who give one.
        void DrawGlove(double right, double left) => _solids.Block(0, 0.16, right, left, (0.76 * h) - (lamp / 2), (0.76 * h) + (lamp / 2), Paint.Amber);
    }
}
