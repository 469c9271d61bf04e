using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Models.Tests.Generation.Attention;

public sealed class AttentionReadingTests
{
    [Fact]
    public void ToFigure_TiledPicture_NamesModelLayerRowsCameraAndParts()
    {
        string name = Path.Combine("samples", "CAM_FRONT", "n008-2018-09-18-13-10-39-0400__CAM_FRONT__1537291002262404.jpg");
        PictureAttention picture = new(
            TinyModel.Picture() with { Name = name }, new PictureLayout(new TileGrid(2, 1), HasThumbnail: true, 2, 2), new float[12]);
        AttentionReading reading = new() { Layer = 3, Layers = 4, Rows = AttentionRows.Question, RowCount = 11, Pictures = [picture] };

        AttentionFigure figure = reading.ToFigure("my-model", "What?", " Nothing. ");

        Assert.Equal("Attention of the question's 11 tokens, layer 3 of 4, my-model", figure.Title);
        Assert.Equal(("What?", "Nothing."), (figure.Question, figure.Answer));
        Assert.Equal(
            ["1: CAM_FRONT/n008-201…1002262404.jpg, 2 x 1 tiles", "1: CAM_FRONT/n008-201…1002262404.jpg, thumbnail"], figure.Panels.Select(panel => panel.Label));
    }

    [Fact]
    public void ToFigure_EmptyAnswer_IsLeftOut()
    {
        PictureAttention picture = new(TinyModel.Picture(), new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, 2, 2), new float[4]);
        AttentionReading reading = new() { Layer = 1, Layers = 4, Rows = AttentionRows.All, RowCount = 2, Pictures = [picture] };

        AttentionFigure figure = reading.ToFigure("m", "What?", "  ");

        Assert.Null(figure.Answer);
        Assert.Equal("1: stripes-0.png", Assert.Single(figure.Panels).Label);
    }
}
