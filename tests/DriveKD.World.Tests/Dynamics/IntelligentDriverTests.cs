using CsCheck;
using DriveKD.World.Dynamics;

namespace DriveKD.World.Tests.Dynamics;

public class IntelligentDriverTests
{
    [Fact]
    public void Acceleration_StandingLeader_StopsBehindIt() => Gen.Select(Gen.Double[0, 15], Gen.Double[40, 150]).Sample((speed, gap) =>
    {
        for (int step = 0; step < 600; step++)
        {
            double acceleration = Math.Max(IntelligentDriver.Acceleration(speed, 13.9, gap, 0), -8);
            double after = Math.Max(speed + (0.1 * acceleration), 0);
            gap -= 0.05 * (speed + after);
            speed = after;
            Assert.True(gap > 0, "It has run into its leader.");
        }

        Assert.True(speed < 0.2);
        Assert.InRange(gap, 1, 6);
    });

    [Fact]
    public void Acceleration_FreeRoad_ReachesAndKeepsTheDesiredSpeed() => Gen.Select(Gen.Double[0, 20], Gen.Double[5, 15]).Sample((speed, desired) =>
    {
        for (int step = 0; step < 600; step++)
        {
            speed = Math.Max(speed + (0.1 * IntelligentDriver.Acceleration(speed, desired, double.PositiveInfinity, 0)), 0);
        }

        Assert.InRange(speed, 0.97 * desired, 1.005 * desired);
    });
}
