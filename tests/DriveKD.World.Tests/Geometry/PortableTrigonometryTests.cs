using CsCheck;
using DriveKD.World.Geometry;

namespace DriveKD.World.Tests.Geometry;

public class PortableTrigonometryTests
{
    // The C library's functions are right to about half a unit in the last place; larger angles lose a little in the reduction.
    private const double Tolerance = 5e-16;

    [Fact]
    public void SinCos_AnyAngle_AreTheLibrarys() => Gen.Double[-1000, 1000].Sample(angle =>
    {
        Assert.Equal(Math.Sin(angle), PortableTrigonometry.Sin(angle), Tolerance);
        Assert.Equal(Math.Cos(angle), PortableTrigonometry.Cos(angle), Tolerance);
    });

    [Fact]
    public void Atan2_AnyDirection_IsTheLibrarys() => Gen.Select(Gen.Double[-9, 9], Gen.Double[-9, 9]).Sample((y, x) =>
        Assert.Equal(Math.Atan2(y, x), PortableTrigonometry.Atan2(y, x), 2 * Tolerance));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    public void Atan2_AlongTheAxes_IsTheLibrarys(double y, double x) => Assert.Equal(Math.Atan2(y, x), PortableTrigonometry.Atan2(y, x), Tolerance);

    [Fact]
    public void Wrap_AnyAngle_IsTheSameDirection() => Gen.Double[-100, 100].Sample(angle =>
    {
        double wrapped = PortableTrigonometry.Wrap(angle);
        Assert.InRange(wrapped, -Math.PI, Math.PI);
        Assert.Equal(Math.Sin(angle), Math.Sin(wrapped), 1e-13);
        Assert.Equal(Math.Cos(angle), Math.Cos(wrapped), 1e-13);
    });

    [Fact]
    public void Sin_KnownAngles_HaveTheirBits() =>
        Assert.Equal([4602308182625945072UL, 4605942297449095136UL, 4603971362252824289UL], new[] { PortableTrigonometry.Sin(0.5), PortableTrigonometry.Cos(100.0), PortableTrigonometry.Atan2(3, 4) }.Select(BitConverter.DoubleToUInt64Bits));
}
