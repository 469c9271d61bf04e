using CsCheck;
using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Geometry;

namespace DriveKD.World.Tests.Dynamics;

public class BicycleModelTests
{
    // A few hundred additions of numbers below a hundred.
    private const double Tolerance = 1e-9;

    [Fact]
    public void Advance_ConstantSteering_RearAxleGoesRoundItsCircle() =>
        Gen.Select(Gen.Double[0.05, 0.6], Gen.Double[1, 15], Gen.Double[-3, 3]).Sample((steering, speed, heading) =>
        {
            BicycleModel model = BicycleModel.Of(ActorKind.Car, 4.5);
            double radius = model.Wheelbase / Math.Tan(steering);
            Pose pose = new(new Vector(3, 4), heading);
            Vector centre = Rear(pose) + (pose.Direction.Left * radius);
            for (int step = 0; step < 100; step++)
            {
                (pose, double after) = model.Advance(pose, speed, 0, steering, 0.1);
                Assert.Equal(speed, after);
                Assert.Equal(radius, (Rear(pose) - centre).Length, Tolerance);
            }

            Vector Rear(Pose at) => at.Position - (at.Direction * (0.5 * model.Wheelbase));
        });

    [Fact]
    public void Advance_BrakingBeyondRest_StopsAfterTheBrakingDistance()
    {
        (Pose pose, double speed) = BicycleModel.Of(ActorKind.Car, 4.5).Advance(new Pose(default, 0), 0.4, -8, 0, 0.1);
        Assert.Equal(0, speed);
        Assert.Equal(0.4 * 0.4 / 16, pose.Position.X, Tolerance);
    }

    [Fact]
    public void Limit_MoreThanTheVehicleCan_IsCutOff()
    {
        BicycleModel model = BicycleModel.Of(ActorKind.Car, 4.5);
        (double acceleration, double steering) = model.Limit((-20, 3), 0, 0.1);
        Assert.Equal(-model.MaxBraking, acceleration);
        Assert.InRange(steering, 0.01, model.MaxSteering);
        Assert.Equal(model.MaxSteering, model.Limit((0, 3), model.MaxSteering, 0.1).Steering);
    }
}
