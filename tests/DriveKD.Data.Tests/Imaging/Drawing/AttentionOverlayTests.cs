using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;

namespace DriveKD.Data.Tests.Imaging.Drawing;

public sealed class AttentionOverlayTests
{
    [Fact]
    public void Draw_HotCorner_IsBrightThereAndDarkElsewhere()
    {
        float[] weights = new float[64];
        weights[0] = 1;
        RgbImage figure = Draw(Figure(Panel(200, 100, new AttentionMap(8, 8, weights))));

        // The picture is 640 wide below a one-line title.
        RgbImage hot = figure.Crop(30, 90, 20, 8);
        RgbImage cold = figure.Crop(300, 250, 20, 8);
        Assert.True(Mean(hot) > Mean(cold) + 60, $"hot {Mean(hot)}, cold {Mean(cold)}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(11)]
    public void Draw_AnyNumberOfPictures_ShowsEachInItsPlace(int count)
    {
        AttentionPanel[] panels = [.. Enumerable.Range(0, count).Select(i => Panel(60, 20 + (10 * i), new AttentionMap(2, 2, [0.1f, 0.2f, 0.3f, 0.4f])))];
        PanelLayout layout = PanelLayout.Of(panels, 20, 40);
        for (int a = 0; a < count; a++)
        {
            Assert.InRange(layout.Places[a].Right, 1, layout.Width);
            Assert.InRange(layout.Places[a].Bottom + 40, 1, layout.Height);
            for (int b = 0; b < a; b++)
            {
                Assert.False(layout.Places[a].IntersectsWith(layout.Places[b]));
            }
        }

        RgbImage figure = Draw(Figure(panels));
        Assert.True(figure.Width > layout.Width && figure.Height > layout.Height);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2000, 3)]
    [InlineData(3, 2000)]
    public void Draw_OddPictures_StillDraws(int width, int height) =>
        Assert.True(Draw(Figure(Panel(width, height, new AttentionMap(1, 1, [1f])))).Width > 640);

    [Fact]
    public void Draw_OtherTexts_ChangesThePicture()
    {
        AttentionFigure figure = Figure(Panel(20, 20, new AttentionMap(1, 1, [1f])));
        byte[] plain = AttentionOverlay.Draw(figure);
        Assert.Equal(plain, AttentionOverlay.Draw(figure));
        Assert.NotEqual(plain, AttentionOverlay.Draw(figure with { Question = "Another?" }));
        Assert.NotEqual(plain, AttentionOverlay.Draw(figure with { Title = "Layer 2" }));
        Assert.NotEqual(plain, AttentionOverlay.Draw(figure with { Answer = "Yes." }));
        Assert.NotEqual(plain, AttentionOverlay.Draw(figure with { Panels = [figure.Panels[0] with { Label = "CAM_BACK" }] }));
    }

    [Fact]
    public void Draw_NoPicture_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AttentionOverlay.Draw(new AttentionFigure { Title = "t", Question = "q", Panels = [] }));

    private static AttentionFigure Figure(params AttentionPanel[] panels) => new() { Title = "Layer 1", Question = "What is there?", Panels = panels };

    private static AttentionPanel Panel(int width, int height, AttentionMap map) =>
        new() { Image = PictureFactory.Noise(width, height, 1), Label = "CAM_FRONT", Map = map };

    private static RgbImage Draw(AttentionFigure figure) => ImageDecoder.Decode(AttentionOverlay.Draw(figure), "figure.png");

    private static double Mean(RgbImage image) => image.Pixels.Average(value => (double)value);
}
