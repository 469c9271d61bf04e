using DriveKD.World.Geometry;
using DriveKD.World.Rendering;

namespace DriveKD.World.Tests.Rendering;

public class CameraRigTests
{
    [Theory]
    [InlineData("CAM_FRONT", 20, 0)]
    [InlineData("CAM_FRONT_LEFT", 12, 16)]
    [InlineData("CAM_FRONT_RIGHT", 12, -16)]
    [InlineData("CAM_BACK", -20, 0)]
    [InlineData("CAM_BACK_LEFT", -6, 18)]
    [InlineData("CAM_BACK_RIGHT", -6, -18)]
    public void Find_EachName_LooksThatWay(string name, double x, double y)
    {
        Projection projection = new(new Pose(new Vector(0, 0), 0), CameraRig.Find(name), 100, 100);

        ProjectedPoint? point = projection.Project(new SpacePoint(x, y, 1));

        Assert.NotNull(point);
        Assert.InRange(point.Value.X, 30, 70);
    }

    [Fact]
    public void Names_InOrder_AreTheCameras() => Assert.Equal(CameraRig.Names, new CameraRig().Cameras.Select(camera => camera.Name));

    [Fact]
    public void Find_UnknownName_SaysWhichThereAre()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => CameraRig.Find("CAM_TOP"));

        Assert.Contains("CAM_BACK_RIGHT", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Raised_SquarePicture_HasTheHorizonATenthBelowTheTop()
    {
        Projection projection = new(new Pose(new Vector(0, 0), 0), CameraRig.Find(CameraRig.Front, RigSettings.Raised), 84, 84);

        ProjectedPoint horizon = projection.Project(new SpacePoint(1e7, 0, 7))!.Value;

        Assert.InRange(horizon.Y, 7.5, 9);
        Assert.InRange(projection.FocalPixels, 79.5, 80.5);
    }
}
