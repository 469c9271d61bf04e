using CsCheck;
using DriveKD.World.Geometry;
using DriveKD.World.Rendering;

namespace DriveKD.World.Tests.Rendering;

public class ProjectionTests
{
    // Rounding of a dozen operations on numbers of about a hundred.
    private const double Tolerance = 1e-9;

    private static readonly Camera _camera = new() { Name = "test", Position = new SpacePoint(0, 0, 1.5), FieldOfViewDegrees = 90 };

    [Fact]
    public void Project_KnownPoints_LieWhereTheyMust()
    {
        Projection projection = new(new Pose(new Vector(0, 0), 0), _camera, 100, 60);

        Expect(50, 30, 10, projection.Project(new SpacePoint(10, 0, 1.5)));
        Expect(0, 30, 10, projection.Project(new SpacePoint(10, 10, 1.5)));
        Expect(100, 30, 10, projection.Project(new SpacePoint(10, -10, 1.5)));
        Expect(50, 37.5, 10, projection.Project(new SpacePoint(10, 0, 0)));
    }

    [Fact]
    public void Project_TurnedVehicleAndCamera_TurnsBoth()
    {
        Camera camera = _camera with { YawDegrees = 90, Position = new SpacePoint(2, 1, 1.5) };
        Projection projection = new(new Pose(new Vector(5, 7), Math.PI / 2), camera, 100, 60);

        // The camera stands at (4, 9) and looks west.
        Expect(50, 30, 10, projection.Project(new SpacePoint(-6, 9, 1.5)));
        Expect(100, 30, 10, projection.Project(new SpacePoint(-6, 19, 1.5)));
    }

    [Fact]
    public void Project_BehindOrNearerThanTheNearPlane_IsNull()
    {
        Projection projection = new(new Pose(new Vector(0, 0), 0), _camera, 100, 60);

        Assert.Null(projection.Project(new SpacePoint(-1, 0, 1)));
        Assert.Null(projection.Project(new SpacePoint(Projection.NearMetres * 0.99, 0, 1)));
        Assert.NotNull(projection.Project(new SpacePoint(Projection.NearMetres * 1.01, 0, 1)));
    }

    [Fact]
    public void GroundInverseDepth_AnyPitch_IsThatOfTheProjectedGround() => Gen.Select(Gen.Double[-10, 40], Gen.Double[8, 60]).Sample((pitch, ahead) =>
    {
        Projection projection = new(new Pose(new Vector(0, 0), 0), _camera with { PitchDegrees = pitch, Position = new SpacePoint(0, 0, 3) }, 100, 1000);
        ProjectedPoint point = projection.Project(new SpacePoint(ahead, 0, 0))!.Value;

        // Between the rows on both sides of the point.
        double above = projection.GroundInverseDepth((int)Math.Floor(point.Y - 0.5));
        double below = projection.GroundInverseDepth((int)Math.Floor(point.Y + 0.5));
        Assert.InRange(1 / point.Depth, above - Tolerance, below + Tolerance);
    });

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, -1)]
    public void Constructor_SizeNotPositive_IsRefused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Projection(new Pose(new Vector(0, 0), 0), _camera, width, height));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(180, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(70, 90)]
    public void Constructor_AngleOutOfRange_IsRefused(double fieldOfView, double pitch) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        new Projection(new Pose(new Vector(0, 0), 0), _camera with { FieldOfViewDegrees = fieldOfView, PitchDegrees = pitch }, 10, 10));

    private static void Expect(double x, double y, double depth, ProjectedPoint? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(x, actual.Value.X, Tolerance);
        Assert.Equal(y, actual.Value.Y, Tolerance);
        Assert.Equal(depth, actual.Value.Depth, Tolerance);
    }
}
