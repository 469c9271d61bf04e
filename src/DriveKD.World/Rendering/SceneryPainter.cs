using DriveKD.World.Geometry;
using DriveKD.World.Roads;

namespace DriveKD.World.Rendering;

/// <summary>Draws houses, trees, traffic lights and signs.</summary>
internal sealed class SceneryPainter(Solids solids)
{
    private const double LeastLampPixels = 2.4;
    private const double LeastSignPixels = 5;

    // A far lamp is enlarged to be seen, yet no housing is wider than a lane.
    private const double MostScale = 5;

    private static readonly uint[] _walls =
    [
        Paint.Of(176, 150, 124), Paint.Of(160, 112, 92), Paint.Of(188, 180, 166), Paint.Of(140, 146, 152), Paint.Of(200, 186, 150),
    ];

    private static readonly uint[] _leaves = [Paint.Of(46, 92, 40), Paint.Of(62, 104, 44), Paint.Of(40, 80, 46)];
    private static readonly uint _window = Paint.Of(74, 88, 104);
    private static readonly uint _litWindow = Paint.Of(255, 214, 130, PaintKind.Lamp);
    private static readonly uint _signRed = Paint.Of(206, 20, 28);

    private static readonly Vector[] _octagon =
    [
        new(0.92, -0.38), new(0.92, 0.38), new(0.38, 0.92), new(-0.38, 0.92), new(-0.92, 0.38), new(-0.92, -0.38), new(-0.38, -0.92), new(0.38, -0.92),
    ];

    private static readonly Vector[] _triangle = [new(1, 0.75), new(-1, 0.75), new(0, -1)];
    private static readonly Vector[] _bar = [new(0.66, -0.16), new(0.66, 0.16), new(-0.66, 0.16), new(-0.66, -0.16)];

    // The letters S, T, O and P as strokes in a box of 1 by 2: from and to, left to right and upwards.
    private static readonly (double Left, double Low, double Right, double High)[][] _letters =
    [
        [(0, 0, 1, 0.3), (0.7, 0, 1, 1.15), (0, 0.85, 1, 1.15), (0, 0.85, 0.3, 2), (0, 1.7, 1, 2)],
        [(0.35, 0, 0.65, 2), (0, 1.7, 1, 2)],
        [(0, 0, 0.3, 2), (0.7, 0, 1, 2), (0, 0, 1, 0.3), (0, 1.7, 1, 2)],
        [(0, 0, 0.3, 2), (0, 1.7, 1, 2), (0, 0.75, 1, 1.05), (0.7, 0.75, 1, 2)],
    ];

    private readonly Solids _solids = solids;

    /// <summary>A house or a tree.</summary>
    public void Draw(Building building, bool isNight)
    {
        _solids.Place(building.Pose.Position, building.Pose.Heading);
        if (_solids.IsOutside((building.Length + building.Width) / 2))
        {
            return;
        }

        if (building.Kind == BuildingKind.Tree)
        {
            DrawTree(building);
        }
        else
        {
            DrawHouse(building, isNight);
        }
    }

    /// <summary>A traffic light: all three lamps, one of them lit, seen from the front alone.</summary>
    public void Draw(TrafficSignal signal, SignalPhase phase)
    {
        _solids.Place(signal.Pose.Position, signal.Pose.Heading);
        if (_solids.IsOutside(4))
        {
            return;
        }

        double lamp = 0.32;
        double scale = Math.Min(MostScale, Math.Max(1, LeastLampPixels * _solids.PixelMetres / lamp));
        lamp *= scale;
        double half = 0.75 * lamp;
        double low = 3.1;
        double high = low + (3.7 * lamp);
        _solids.Block(-0.07, 0.07, -0.07, 0.07, 0, low, Paint.Metal);
        _solids.Block(-0.3, 0.1, -half, half, low, high, Paint.Dark);
        (uint Off, uint On)[] lamps =
        [
            (Paint.Of(18, 52, 34), Paint.Of(40, 255, 120, PaintKind.Lamp)),
            (Paint.Of(64, 52, 16), Paint.Of(255, 205, 20, PaintKind.Lamp)),
            (Paint.Of(66, 20, 20), Paint.Of(255, 40, 36, PaintKind.Lamp)),
        ];
        int lit = phase switch { SignalPhase.Green => 0, SignalPhase.Yellow => 1, _ => 2 };
        for (int i = 0; i < lamps.Length; i++)
        {
            double bottom = low + (lamp * (0.2 + (1.15 * i)));
            _solids.FrontMark(0.1, -lamp / 2, lamp / 2, bottom, bottom + lamp, i == lit ? lamps[i].On : lamps[i].Off);
        }
    }

    /// <summary>A stop or yield sign.</summary>
    public void Draw(TrafficSign sign)
    {
        _solids.Place(sign.Pose.Position, sign.Pose.Heading);
        if (_solids.IsOutside(3))
        {
            return;
        }

        double radius = 0.4 * Math.Min(MostScale, Math.Max(1, LeastSignPixels * _solids.PixelMetres / 0.8));
        double centre = 1.7 + radius;
        _solids.Block(-0.05, 0.05, -0.05, 0.05, 0, centre, Paint.Metal);
        _solids.BackMark(-0.06, -0.8 * radius, 0.8 * radius, centre - (0.8 * radius), centre + (0.8 * radius), Paint.Metal);
        if (sign.Kind == SignKind.Stop)
        {
            _solids.Plate(0.08, _octagon, centre, radius * 1.12, Paint.White, 0);
            _solids.Plate(0.08, _octagon, centre, radius, _signRed, 1);
            if (_solids.PixelMetres < 0.04)
            {
                WriteStop(centre, radius);
            }
            else
            {
                _solids.Plate(0.08, _bar, centre, radius, Paint.White, 2);
            }
        }
        else
        {
            _solids.Plate(0.08, _triangle, centre, radius * 1.15, _signRed, 0);
            _solids.Plate(0.08, _triangle, centre + (0.06 * radius), radius * 0.66, Paint.White, 1);
        }
    }

    private void WriteStop(double centre, double radius)
    {
        double unit = 0.26 * radius;
        for (int i = 0; i < _letters.Length; i++)
        {
            // Who reads stands before the sign: their left is the sign's right, where y is low.
            double start = ((0.42 * i) - 0.76) * radius;
            foreach ((double left, double low, double right, double high) in _letters[i])
            {
                (double fromY, double toY) = (start + (left * unit), start + (right * unit));
                (double fromZ, double toZ) = ((low - 1) * unit, (high - 1) * unit);
                _solids.Plate(0.08, [new(fromY, fromZ), new(toY, fromZ), new(toY, toZ), new(fromY, toZ)], centre, 1, Paint.White, 2);
            }
        }
    }

    private void DrawTree(Building tree)
    {
        uint leaves = Paint.Shade(Choose(_leaves, tree.Shade), 0.85 + (0.3 * tree.Shade));
        double r = tree.Width / 2;
        double h = tree.Height;
        _solids.Block(-0.18, 0.18, -0.18, 0.18, 0, 0.4 * h, Paint.Of(92, 70, 52));
        _solids.Block(-0.7 * r, 0.7 * r, -0.7 * r, 0.7 * r, 0.3 * h, 0.55 * h, -r, r, -r, r, leaves);
        _solids.Block(-r, r, -r, r, 0.55 * h, h, -0.35 * r, 0.35 * r, -0.35 * r, 0.35 * r, Paint.Shade(leaves, 1.12));
    }

    private void DrawHouse(Building house, bool isNight)
    {
        (double x, double y, double h) = (house.Length / 2, house.Width / 2, house.Height);
        uint wall = Choose(_walls, house.Shade);
        _solids.Block(-x, x, -y, y, 0, h, wall);
        _solids.Block(-x, x, -y, y, h, h + 1.4, -0.7 * x, 0.7 * x, -0.5 * y, 0.5 * y, Paint.Of(112, 66, 54));
        int storeys = Math.Max(1, (int)(h / 3));
        double storey = h / storeys;
        int along = Math.Max(1, (int)(house.Length / 3.2));
        int across = Math.Max(1, (int)(house.Width / 3.2));
        for (int floor = 0; floor < storeys; floor++)
        {
            (double low, double high) = ((floor + 0.3) * storey, (floor + 0.78) * storey);
            for (int i = 0; i < along; i++)
            {
                (double from, double to) = (-x + (house.Length * (i + 0.28) / along), -x + (house.Length * (i + 0.72) / along));
                _solids.LeftMark(y, from, to, low, high, Window(floor, i));
                _solids.RightMark(-y, from, to, low, high, Window(floor, i + 50));
            }

            for (int i = 0; i < across; i++)
            {
                (double from, double to) = (-y + (house.Width * (i + 0.28) / across), -y + (house.Width * (i + 0.72) / across));
                _solids.FrontMark(x, from, to, low, high, Window(floor, i + 100));
                _solids.BackMark(-x, from, to, low, high, Window(floor, i + 150));
            }
        }

        uint Window(int floor, int place) =>
            isNight && CounterNoise.Unit((ulong)(house.Shade * 1e6), (ulong)((floor * 200) + place)) < 0.3 ? _litWindow : _window;
    }

    private static uint Choose(uint[] paints, double shade) => paints[Math.Clamp((int)(shade * paints.Length), 0, paints.Length - 1)];
}
