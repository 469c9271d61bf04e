using CsCheck;
using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Geometry;

namespace DriveKD.World.Tests.Dynamics;

public class CollisionsTests
{
    [Theory]
    [InlineData(4.4, 0, 0, 0, true)]
    [InlineData(4.6, 0, 0, 0, false)]
    [InlineData(4.6, 0, 0, 0.2, true)]
    [InlineData(0, 1.9, 0, 0, false)]
    [InlineData(0, 3, Math.PI / 2, 0, true)]
    [InlineData(3.1, 3.2, Math.PI / 4, 0, false)]
    public void Overlap_TwoCars_IsWhetherTheyMeet(double x, double y, double heading, double margin, bool expected) =>
        Assert.Equal(expected, Collisions.Overlap(Car(0, 0, 0), Car(x, y, heading), margin));

    [Fact]
    public void Overlap_CornerInside_IsFoundFromBothSides() =>
        Gen.Select(Gen.Double[-6, 6], Gen.Double[-6, 6], Gen.Double[-3, 3]).Sample((x, y, heading) =>
        {
            (ActorState a, ActorState b) = (Car(0, 0, 0), Car(x, y, heading));
            Assert.Equal(Collisions.Overlap(a, b), Collisions.Overlap(b, a));
            Vector corner = b.Pose.ToWorld(new Vector(2.25, 0.9));
            Assert.True(Math.Abs(corner.X) > 2.25 || Math.Abs(corner.Y) > 0.9 || Collisions.Overlap(a, b));
        });

    private static ActorState Car(double x, double y, double heading) => new()
    {
        Id = 0,
        Kind = ActorKind.Car,
        Color = ActorColor.Red,
        Pose = new Pose(new Vector(x, y), heading),
        Length = 4.5,
        Width = 1.8,
        Height = 1.5,
    };
}
