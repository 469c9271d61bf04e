using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Futures;
using DriveKD.World.Roads.Generation;

namespace DriveKD.World.Dynamics;

/// <summary>
/// Draws the vehicles of a lesson so that what they do follows from what is seen: all that drive have ego's pace, who brakes brakes as much as the others that do,
/// and who shows an indicator changes lanes at once where the place beside is free, and else drives beside whoever is there.
/// </summary>
/// <param name="pace">The traffic's speed in metres per second.</param>
/// <param name="isHeld">Whether vehicles before the crossing have to stop.</param>
/// <param name="isDashed">Whether the left and the right line of ego's lane may be crossed.</param>
internal sealed class LessonTraffic(double pace, bool isHeld, (bool Left, bool Right) isDashed)
{
    private const int Lanes = 3;
    private const int Bands = 3;

    // Shares of the pace that remain to who brakes, and to who changes into ego's lane.
    private const double BrakingShare = 0.35;
    private const double MergingShare = 0.45;

    private static readonly (double From, double Length)[] _bands = [(10.7, 0.6), (19.8, 1.0), (28, 1.8)];

    // Ego passes on the left where both sides are free: a fuller left lane makes both sides as good as equally frequent.
    private static readonly double[] _shares = [1.3, 1, 0.8];

    private static readonly ActorColor[] _colors = [ActorColor.Red, ActorColor.Blue, ActorColor.Green, ActorColor.White, ActorColor.Black];

    private readonly LessonVehicle?[,] _places = new LessonVehicle?[Lanes, Bands];

    /// <summary>Draws them.</summary>
    /// <param name="random">The chance.</param>
    /// <param name="isJammed">Whether a vehicle stands near ahead of ego.</param>
    public IReadOnlyList<LessonVehicle> Draw(RandomStream random, bool isJammed)
    {
        double density = 0.18 + (0.36 * random.NextDouble());
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int band = 0; band < Bands; band++)
            {
                bool isJam = isJammed && lane == 1 && band == 0;
                LessonVehicle vehicle = DrawVehicle(random, lane, band);
                if (random.NextDouble() < density * _shares[lane] || isJam)
                {
                    vehicle.Motion = isJam ? Motion.Stopped : vehicle.Motion;
                    _places[lane, band] = vehicle;
                }
            }
        }

        for (int band = Bands - 1; band >= 0; band--)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                if (_places[lane, band] is { } vehicle)
                {
                    Settle(vehicle);
                }
            }
        }

        for (int band = Bands - 1; band >= 0; band--)
        {
            foreach (int lane in (ReadOnlySpan<int>)(random.NextInt(2) == 0 ? [1, 0, 2] : [0, 2, 1]))
            {
                if (_places[lane, band] is { Motion: Motion.SignalsLeft or Motion.SignalsRight } vehicle)
                {
                    SettleChange(vehicle);
                }
            }
        }

        return [.. _places.Cast<LessonVehicle?>().OfType<LessonVehicle>()];
    }

    private static LessonVehicle DrawVehicle(RandomStream random, int lane, int band)
    {
        double kind = random.NextDouble();
        double motion = random.NextDouble();
        bool isLeft = random.NextInt(2) == 0;
        return new LessonVehicle(
            kind < 0.4 ? ActorKind.Car : kind < 0.6 ? ActorKind.Truck : kind < 0.8 ? ActorKind.Bus : ActorKind.Cyclist,
            lane,
            band,
            _bands[band].From + (_bands[band].Length * random.NextDouble()))
        {
            Color = _colors[random.NextInt(_colors.Length)],
            Offset = 0.4 * (random.NextDouble() - 0.5),

            // Many who would change lanes cannot: they are drawn more often than they remain.
            Motion = motion < 0.12 ? Motion.Moving : motion < 0.27 ? Motion.Stopped : motion < 0.42 ? Motion.Braking
                : lane == 0 || (lane == 1 && !isLeft) ? Motion.SignalsRight : Motion.SignalsLeft,
        };
    }

    private LessonVehicle? Ahead(int lane, int band) =>
        Enumerable.Range(band + 1, Bands - band - 1).Select(further => _places[lane, further]).FirstOrDefault(vehicle => vehicle is not null);

    private void Settle(LessonVehicle vehicle)
    {
        LessonVehicle? ahead = Ahead(vehicle.Lane, vehicle.Band);
        if (ahead is not null && ahead.Band == vehicle.Band + 1 && vehicle.Kind is ActorKind.Truck or ActorKind.Bus)
        {
            // High vehicles would hide the lamps of the next one.
            vehicle.Kind = ActorKind.Car;
        }

        bool waits = isHeld && vehicle.Band == 0;
        double room = waits ? LessonRoad.StopLine - vehicle.Front : ahead is { Stops: true } ? ahead.Back - vehicle.Front : double.PositiveInfinity;
        (vehicle.Speed, vehicle.DesiredSpeed) = (pace, pace);
        if (vehicle.Motion == Motion.Stopped)
        {
            (vehicle.Speed, vehicle.DesiredSpeed, vehicle.Stops) = (0, 0, true);
        }
        else if (room < double.PositiveInfinity)
        {
            // It stops for what is ahead, and would drive on without it.
            vehicle.Motion = Motion.Braking;
            (vehicle.Speed, vehicle.Stops) = (Math.Clamp(Math.Sqrt(5 * Math.Max(room, 0)), 1.5, pace), true);
        }
        else if (vehicle.Motion == Motion.Braking)
        {
            vehicle.DesiredSpeed = BrakingShare * pace;
        }
        else if (vehicle.Motion is Motion.SignalsLeft or Motion.SignalsRight && ahead is { Motion: Motion.Braking })
        {
            vehicle.Motion = Motion.Moving;
        }
    }

    private void SettleChange(LessonVehicle vehicle)
    {
        int lane = vehicle.Lane + (vehicle.Motion == Motion.SignalsLeft ? -1 : 1);
        bool mayCross = Math.Min(vehicle.Lane, lane) == 0 ? isDashed.Left : isDashed.Right;
        LessonVehicle? beside = _places[lane, vehicle.Band];
        bool isPossible = mayCross && !vehicle.IsBound && !IsClaimed(lane, vehicle) && IsPaced(Ahead(vehicle.Lane, vehicle.Band)) && IsPaced(Ahead(lane, vehicle.Band))
            && (beside is null || IsPaced(beside)) && !(lane == 1 && beside is null && StandsBehind(vehicle));
        if (!isPossible)
        {
            vehicle.Motion = Motion.Moving;
            return;
        }

        vehicle.IsBound = true;
        if (beside is not null)
        {
            beside.IsBound = true;
        }
        else if (lane == 1 && vehicle.Band < 2)
        {
            // Who comes into ego's lane is slower than ego, and nobody else drives behind.
            (vehicle.Speed, vehicle.DesiredSpeed) = (MergingShare * pace, MergingShare * pace);
            for (int band = 0; band < vehicle.Band; band++)
            {
                (_places[lane, band], _places[vehicle.Lane, band]) = (null, null);
            }
        }
    }

    private bool StandsBehind(LessonVehicle vehicle) =>
        Enumerable.Range(0, vehicle.Band).Any(band => _places[1, band] is { Motion: Motion.Stopped } || _places[vehicle.Lane, band] is { Motion: Motion.Stopped });

    private bool IsPaced(LessonVehicle? vehicle) => vehicle is null || (!vehicle.Stops && vehicle.DesiredSpeed == pace
        && (vehicle.Motion == Motion.Moving || (vehicle.Motion is Motion.SignalsLeft or Motion.SignalsRight && !vehicle.IsBound)) && BindsAsMoving(vehicle));

    // Who has not been settled yet drives on if another relies upon it.
    private static bool BindsAsMoving(LessonVehicle vehicle)
    {
        vehicle.Motion = Motion.Moving;
        vehicle.IsBound = true;
        return true;
    }

    private bool IsClaimed(int lane, LessonVehicle by)
    {
        foreach (LessonVehicle? other in _places)
        {
            if (other is { IsBound: true, Motion: Motion.SignalsLeft or Motion.SignalsRight } && other != by && Math.Abs(other.Band - by.Band) < 2
                && other.Lane + (other.Motion == Motion.SignalsLeft ? -1 : 1) == lane)
            {
                return true;
            }
        }

        return false;
    }
}
