using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class CameraFramesTests
{
    private const string Log = "n015-2018-08-03-15-00-36+0800";

    [Fact]
    public void Identify_NuScenesNames_GroupedByLogAndTimeAndNamedAfterTheFrontCamera()
    {
        string[] paths =
        [
            $"samples/CAM_BACK/{Log}__CAM_BACK__1533280039137525.jpg",
            $"elsewhere/{Log}__CAM_FRONT__1533280039162460.jpg",
            $"samples/CAM_FRONT_LEFT/{Log}__CAM_FRONT_LEFT__1533280039154844.jpg",
            $"samples/CAM_FRONT/{Log}__CAM_FRONT__1533280039662460.jpg",
            "samples/CAM_FRONT/n008__CAM_FRONT__1533280039162460.jpg",
        ];

        IReadOnlyList<PictureIdentity> identities = CameraFrames.Identify(paths);

        Assert.Equal(["CAM_BACK", "CAM_FRONT", "CAM_FRONT_LEFT", "CAM_FRONT", "CAM_FRONT"], identities.Select(identity => identity.Camera));
        Assert.Equal($"{Log}__CAM_FRONT__1533280039162460.jpg", identities[1].Name);
        Assert.Equal(identities[1].Name, identities[0].Frame);
        Assert.Equal(identities[1].Name, identities[2].Frame);
        Assert.Equal(identities[3].Name, identities[3].Frame);
        Assert.Equal(identities[4].Name, identities[4].Frame);
        Assert.Equal(paths.Select(path => path[(path.LastIndexOf('/') + 1)..]), identities.Select(identity => identity.Name));
    }

    [Fact]
    public void Identify_SameNameUnderCameraFolders_OneFrame()
    {
        IReadOnlyList<PictureIdentity> identities = CameraFrames.Identify(["CAM_FRONT/0001.png", "CAM_FRONT_RIGHT\\0001.png", "CAM_FRONT/0002.png"]);

        Assert.Equal(["CAM_FRONT", "CAM_FRONT_RIGHT", "CAM_FRONT"], identities.Select(identity => identity.Camera));
        Assert.Equal(identities[0].Frame, identities[1].Frame);
        Assert.NotEqual(identities[0].Frame, identities[2].Frame);
        Assert.Equal("CAM_FRONT/0001.png", identities[0].Name);
    }

    [Fact]
    public void Identify_NothingKnown_EachPictureIsItsOwnFrame()
    {
        PictureIdentity identity = Assert.Single(CameraFrames.Identify(["street.jpg"]));

        Assert.Equal(new PictureIdentity("street.jpg", "street.jpg", null), identity);
        Assert.Equal(0, VehicleCameras.IndexOf(identity.Camera));
    }
}
