using DriveKD.Data.Samples.Pictures;

namespace DriveKD.Data.Tests.Samples.Pictures;

public sealed class PicturePathTests
{
    [Theory]
    [InlineData("../nuscenes/samples/CAM_BACK/x.jpg")]
    [InlineData("data/nuscenes/samples/CAM_BACK/x.jpg")]
    [InlineData(".../nuscenes/samples/CAM_BACK/x.jpg")]
    [InlineData("samples/CAM_BACK/x.jpg")]
    [InlineData("./samples//CAM_BACK/x.jpg")]
    public void Key_OnePictureInEveryLayout_TheSame(string recorded)
    {
        Assert.Equal("samples/CAM_BACK/x.jpg", PicturePath.Key(recorded));
        Assert.Equal("CAM_BACK", PicturePath.Camera(recorded));
    }

    [Fact]
    public void Key_OtherPictures_Different()
    {
        Assert.NotEqual(PicturePath.Key("a/x.jpg"), PicturePath.Key("b/x.jpg"));
        Assert.NotEqual(PicturePath.Key("/a/x.jpg"), PicturePath.Key("a/x.jpg"));
        Assert.Equal("100k/train/x.jpg", PicturePath.Key(".../100k/train/x.jpg"));
        Assert.Null(PicturePath.Camera("100k/train/CAM_FRONT.jpg"));
    }

    [Theory]
    [InlineData("data/corruption/Fog/CAM_BACK/x.jpg", "samples/CAM_BACK/x.jpg")]
    [InlineData("corruption/CameraCrash/CAM_BACK/x.jpg", "samples/CAM_BACK/x.jpg")]
    [InlineData("data/nuscenes/samples/CAM_BACK/x.jpg", "samples/CAM_BACK/x.jpg")]
    [InlineData("corruption/x.jpg", "corruption/x.jpg")]
    public void PhotographKey_CorruptedPicture_ThatOfTheCleanOne(string recorded, string expected) =>
        Assert.Equal(expected, PicturePath.PhotographKey(recorded));
}
