using DriveKD.World.Actors;

namespace DriveKD.World.Rendering;

/// <summary>Draws cars, trucks and buses. Indicators that are on are always lit: one picture has no time to blink.</summary>
internal sealed class VehiclePainter(Solids solids)
{
    // Lit lamps are never smaller than this many pixels, or nobody can tell them (at 1 to 2 pixels a small model could not).
    private const double LeastLampPixels = 2.2;

    // Metres between what is painted on a back and the lamps on it.
    private const double Layer = 0.03;

    private readonly Solids _solids = solids;

    /// <summary>Draws one.</summary>
    public void Draw(ActorState vehicle, bool isNight)
    {
        _solids.Place(vehicle.Pose.Position, vehicle.Pose.Heading);
        switch (vehicle.Kind)
        {
            case ActorKind.Truck:
                DrawTruck(vehicle);
                break;
            case ActorKind.Bus:
                DrawBus(vehicle);
                break;
            default:
                DrawCar(vehicle);
                break;
        }

        DrawLamps(vehicle, isNight);

        // Last, for a turned wheel has a frame of its own.
        DrawWheels(vehicle);
    }

    private void DrawCar(ActorState car)
    {
        (double x, double y, double h) = (car.Length / 2, car.Width / 2, car.Height);
        uint paint = Paint.Of(car.Color);
        _solids.Block(-x, x, -y, y, 0.14 * h, 0.58 * h, -x * 0.98, x * 0.94, -y, y, paint);
        (double back, double front, double topBack, double topFront, double top) = (-0.84 * x, 0.46 * x, -0.62 * x, 0.12 * x, 0.8 * y);
        _solids.Block(back, front, -0.94 * y, 0.94 * y, 0.58 * h, 0.93 * h, topBack, topFront, -top, top, Paint.Glass);
        _solids.Block(topBack, topFront, -top, top, 0.93 * h, h, paint);
        if (_solids.IsDetailed)
        {
            double post = -0.26 * x;
            _solids.Block(post - 0.06, post + 0.06, -0.93 * y, 0.93 * y, 0.58 * h, 0.94 * h, post - 0.06, post + 0.06, -top * 1.04, top * 1.04, paint);
            _solids.BackMark(-x, -0.26, 0.26, 0.2 * h, 0.29 * h, Paint.White);
        }
    }

    private void DrawTruck(ActorState truck)
    {
        (double x, double y, double h) = (truck.Length / 2, truck.Width / 2, truck.Height);
        uint paint = Paint.Of(truck.Color);
        double cab = x - Math.Min(2.2, 0.32 * truck.Length);
        _solids.Block(-x, x - 0.4, -0.8 * y, 0.8 * y, 0.12 * h, 0.26 * h, Paint.Dark);
        _solids.Block(-x, cab - 0.35, -y, y, 0.26 * h, h, paint);
        _solids.Block(cab, x, -0.96 * y, 0.96 * y, 0.12 * h, 0.78 * h, cab, x - 0.25, -0.92 * y, 0.92 * y, Paint.Mix(paint, Paint.White, 0.35));
        _solids.FrontMark(x - 0.08, -0.84 * y, 0.84 * y, 0.46 * h, 0.7 * h, Paint.Glass);
        _solids.LeftMark(0.96 * y, cab + 0.5, x - 0.3, 0.48 * h, 0.7 * h, Paint.Glass);
        _solids.RightMark(-0.96 * y, cab + 0.5, x - 0.3, 0.48 * h, 0.7 * h, Paint.Glass);

        // Doors: pale hinges tell a truck's back from a bus's window.
        _solids.BackMark(-x, -0.05 * y, 0.05 * y, 0.42 * h, 0.97 * h, Paint.White);
        _solids.BackMark(-x, -0.9 * y, 0.9 * y, 0.62 * h, 0.66 * h, Paint.White);
        _solids.LeftMark(y, -x, cab - 0.35, 0.6 * h, 0.68 * h, Paint.White);
        _solids.RightMark(-y, -x, cab - 0.35, 0.6 * h, 0.68 * h, Paint.White);
    }

    private void DrawBus(ActorState bus)
    {
        (double x, double y, double h) = (bus.Length / 2, bus.Width / 2, bus.Height);
        uint paint = Paint.Of(bus.Color);
        _solids.Block(-x, x, -y, y, 0.1 * h, 0.96 * h, paint);
        _solids.Block(-0.9 * x, 0.9 * x, -0.85 * y, 0.85 * y, 0.96 * h, h, Paint.Mix(paint, Paint.White, 0.15));

        // From above, pale hatches tell a bus from a truck.
        _solids.Block(-0.6 * x, -0.35 * x, -0.5 * y, 0.5 * y, h, h + 0.1, Paint.White);
        _solids.Block(0.35 * x, 0.6 * x, -0.5 * y, 0.5 * y, h, h + 0.1, Paint.White);
        _solids.FrontMark(x, -0.9 * y, 0.9 * y, 0.4 * h, 0.84 * h, Paint.Glass);
        _solids.BackMark(-x, -0.84 * y, 0.84 * y, 0.52 * h, 0.86 * h, Paint.Glass);
        int windows = Math.Max(3, (int)(bus.Length / 1.7));
        double pitch = bus.Length / windows;
        for (int i = 0; i < windows; i++)
        {
            (double from, double to) = (-x + (pitch * (i + 0.1)), -x + (pitch * (i + 0.9)));
            _solids.LeftMark(y, from, to, 0.5 * h, 0.84 * h, Paint.Glass);
            _solids.RightMark(-y, from, to, 0.5 * h, 0.84 * h, Paint.Glass);
        }
    }

    private void DrawWheels(ActorState vehicle)
    {
        if (!_solids.IsDetailed && _solids.PixelMetres > 0.3)
        {
            return;
        }

        double radius = vehicle.Kind == ActorKind.Car ? 0.34 : 0.48;
        double axle = (vehicle.Length / 2) - Math.Min(1.6, 0.2 * vehicle.Length);
        double track = (vehicle.Width / 2) - 0.1;
        foreach (double along in (ReadOnlySpan<double>)[-axle, axle])
        {
            foreach (double side in (ReadOnlySpan<double>)[-track, track])
            {
                _solids.Place(vehicle.Pose.ToWorld(new Geometry.Vector(along, side)), vehicle.Pose.Heading + (along > 0 ? vehicle.Steering : 0));
                _solids.Block(-radius, radius, -0.14, 0.14, 0, radius, Paint.Tyre);
                _solids.Block(-radius, radius, -0.14, 0.14, radius, 2 * radius, -0.5 * radius, 0.5 * radius, -0.14, 0.14, Paint.Tyre);
            }
        }
    }

    private void DrawLamps(ActorState vehicle, bool isNight)
    {
        (double x, double y) = (vehicle.Length / 2, vehicle.Width / 2);
        double pixel = LeastLampPixels * _solids.PixelMetres;
        double low = vehicle.Kind == ActorKind.Car ? 0.37 * vehicle.Height : 0.24 * vehicle.Height;
        double size = 0.24 * Math.Min(vehicle.Height, 1.9);
        (double width, double height) = (0.3 * vehicle.Width, size);
        (double litWidth, double litHeight) = double.IsInfinity(pixel) ? (width, height) : (Math.Max(width, pixel), Math.Max(height, pixel));
        bool isLeft = vehicle.Indicator is Indicator.Left or Indicator.Hazard;
        bool isRight = vehicle.Indicator is Indicator.Right or Indicator.Hazard;

        uint tail = vehicle.IsBraking ? Paint.Brake : isNight ? Paint.TailLampNight : Paint.TailLampOff;
        (double tailWidth, double tailHeight) = vehicle.IsBraking ? (litWidth, litHeight) : (width, height);
        double tailOuter = Math.Max(y, tailWidth);

        // Lamps stand in a dark band, before which they show on a red vehicle too.
        _solids.BackMark(-x, -y, y, low, low + height, Paint.Dark);
        _solids.BackMark(-x - Layer, tailOuter - tailWidth, tailOuter, low, low + tailHeight, tail);
        _solids.BackMark(-x - Layer, -tailOuter, tailWidth - tailOuter, low, low + tailHeight, tail);
        double wrap = Math.Min(0.35, 0.1 * vehicle.Length);
        _solids.LeftMark(y, -x, wrap - x, low, low + height, tail);
        _solids.RightMark(-y, -x, wrap - x, low, low + height, tail);

        // Head lamps below, indicators below the tail lamps: both stay visible when both are lit.
        uint head = isNight ? Paint.HeadLamp : Paint.Of(214, 216, 208);
        double headHeight = 0.6 * size;
        _solids.FrontMark(x, y - width, y, low, low + headHeight, head);
        _solids.FrontMark(x, -y, width - y, low, low + headHeight, head);

        double outer = Math.Max(y, litWidth);
        if (isLeft)
        {
            _solids.BackMark(-x - Layer, outer - litWidth, outer, low - litHeight, low, Paint.Amber);
            _solids.FrontMark(x, outer - litWidth, outer, low - litHeight, low, Paint.Amber);
            DrawSideLamps(vehicle, isLeft: true, low, Math.Max(0.4, pixel), litHeight);
        }

        if (isRight)
        {
            _solids.BackMark(-x - Layer, -outer, litWidth - outer, low - litHeight, low, Paint.Amber);
            _solids.FrontMark(x, -outer, litWidth - outer, low - litHeight, low, Paint.Amber);
            DrawSideLamps(vehicle, isLeft: false, low, Math.Max(0.4, pixel), litHeight);
        }
    }

    private void DrawSideLamps(ActorState vehicle, bool isLeft, double low, double length, double height)
    {
        double x = vehicle.Length / 2;
        double y = vehicle.Width / 2;
        length = Math.Min(length, x);
        foreach ((double from, double to) in (ReadOnlySpan<(double, double)>)[(-x, length - x), (x - length, x)])
        {
            if (isLeft)
            {
                _solids.LeftMark(y, from, to, low - height, low, Paint.Amber);
            }
            else
            {
                _solids.RightMark(-y, from, to, low - height, low, Paint.Amber);
            }
        }
    }
}
