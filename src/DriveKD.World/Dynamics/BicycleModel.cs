using DriveKD.World.Actors;
using DriveKD.World.Geometry;

namespace DriveKD.World.Dynamics;

/// <summary>
/// The kinematic bicycle model: the middle of the rear axle moves where the vehicle looks, and the heading turns by
/// speed * tan(steering) / wheelbase (Rajamani, Vehicle Dynamics and Control, section 2.2). Within a step the path is an exact arc.
/// </summary>
/// <param name="Wheelbase">Metres from axle to axle, which lie evenly about the vehicle's centre.</param>
/// <param name="MaxAcceleration">Metres per second squared.</param>
/// <param name="MaxBraking">Metres per second squared, positive.</param>
/// <param name="MaxSteering">Radians to either side.</param>
public sealed record BicycleModel(double Wheelbase, double MaxAcceleration, double MaxBraking, double MaxSteering)
{
    // The front wheels turn by so many radians in a second at most.
    private const double SteeringRate = 1.2;

    /// <summary>The model of an actor.</summary>
    /// <param name="kind">What it is: anything that drives.</param>
    /// <param name="length">Metres from front to back.</param>
    public static BicycleModel Of(ActorKind kind, double length) => kind switch
    {
        ActorKind.Truck or ActorKind.Bus => new BicycleModel(0.58 * length, 2, 7, 0.7),
        ActorKind.Cyclist => new BicycleModel(0.62 * length, 1.5, 5, 0.7),
        _ => new BicycleModel(0.6 * length, 3.5, 8, 0.6),
    };

    /// <summary>What the vehicle does of what its driver asks for.</summary>
    /// <param name="asked">The driver's acceleration and steering.</param>
    /// <param name="steering">The present steering, which cannot jump.</param>
    /// <param name="seconds">The step's length.</param>
    public (double Acceleration, double Steering) Limit((double Acceleration, double Steering) asked, double steering, double seconds)
    {
        double turn = SteeringRate * seconds;
        double limited = Math.Clamp(Math.Clamp(asked.Steering, steering - turn, steering + turn), -MaxSteering, MaxSteering);
        return (Math.Clamp(asked.Acceleration, -MaxBraking, MaxAcceleration), limited);
    }

    /// <summary>Moves a vehicle.</summary>
    /// <param name="pose">Its centre and heading.</param>
    /// <param name="speed">Metres per second.</param>
    /// <param name="acceleration">Metres per second squared; braking ends at rest.</param>
    /// <param name="steering">Radians to the left.</param>
    /// <param name="seconds">The step's length.</param>
    /// <returns>Where it is then, and how fast.</returns>
    public (Pose Pose, double Speed) Advance(Pose pose, double speed, double acceleration, double steering, double seconds)
    {
        double after = speed + (acceleration * seconds);
        // Who comes to rest within the step has gone v^2 / 2a.
        double travelled = after >= 0 ? 0.5 * (speed + after) * seconds : 0.5 * speed * speed / -acceleration;
        if (travelled == 0)
        {
            return (pose, Math.Max(after, 0));
        }

        double curvature = PortableTrigonometry.Sin(steering) / (PortableTrigonometry.Cos(steering) * Wheelbase);
        double half = 0.5 * travelled * curvature;
        double chord = Math.Abs(half) < 1e-6 ? travelled : travelled * PortableTrigonometry.Sin(half) / half;
        Vector rear = pose.Position - (pose.Direction * (0.5 * Wheelbase)) + (Vector.Of(pose.Heading + half) * chord);
        double heading = PortableTrigonometry.Wrap(pose.Heading + (2 * half));
        return (new Pose(rear + (Vector.Of(heading) * (0.5 * Wheelbase)), heading), Math.Max(after, 0));
    }
}
