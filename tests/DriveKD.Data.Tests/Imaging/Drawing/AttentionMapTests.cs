using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;

namespace DriveKD.Data.Tests.Imaging.Drawing;

public sealed class AttentionMapTests
{
    [Fact]
    public void FromTiles_TokensInSequenceOrder_StandWhereTheyBelong()
    {
        // Two tiles side by side over two more, 2 x 2 tokens each.
        AttentionMap map = AttentionMap.FromTiles(new TileGrid(2, 2), 2, 2, [.. Enumerable.Range(0, 16).Select(i => (float)i)]);
        Assert.Equal((4, 4), (map.Rows, map.Columns));
        Assert.Equal([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15], map.Weights);
    }

    [Fact]
    public void FromTiles_TokensOfATileInNoSquare_StandWhereTheyBelong()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5], AttentionMap.FromTiles(new TileGrid(1, 1), 2, 3, [0, 1, 2, 3, 4, 5]).Weights);
        AttentionMap map = AttentionMap.FromTiles(new TileGrid(2, 1), 2, 3, [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Assert.Equal((2, 6), (map.Rows, map.Columns));
        Assert.Equal([0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11], map.Weights);
    }

    [Fact]
    public void At_CentresAndEdges_InterpolatesAndHoldsTheBorder()
    {
        AttentionMap map = new(1, 2, [1, 3]);
        Assert.Equal(1, map.At(0f, 0.5f));
        Assert.Equal(1, map.At(0.25f, 0f));
        Assert.Equal(2, map.At(0.5f, 1f));
        Assert.Equal(3, map.At(0.75f, 0.5f));
        Assert.Equal(3, map.At(1f, 1f));
    }

    [Fact]
    public void Constructor_WeightsNotFinite_CountsThem()
    {
        InputException exception = Assert.Throws<InputException>(() => new AttentionMap(2, 2, [1, float.NaN, float.PositiveInfinity, 0]));
        Assert.Contains("2 of 4 weights are not finite", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromTokens_WithThumbnail_GivesTwoPanels()
    {
        RgbImage image = PictureFactory.Noise(20, 10, 0);
        float[] weights = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        IReadOnlyList<AttentionPanel> panels = AttentionPanel.FromTokens(image, "front", new PictureLayout(new TileGrid(2, 1), HasThumbnail: true, 2, 2), weights);
        Assert.Equal(["front, 2 x 1 tiles", "front, thumbnail"], panels.Select(panel => panel.Label));
        Assert.Equal([0, 1, 4, 5, 2, 3, 6, 7], panels[0].Map.Weights);
        Assert.Equal([8, 9, 10, 11], panels[1].Map.Weights);
        Assert.Equal("front", Assert.Single(AttentionPanel.FromTokens(image, "front", new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, 2, 2), weights.AsSpan(0, 4))).Label);
        Assert.Throws<ArgumentOutOfRangeException>(() => AttentionPanel.FromTokens(image, "front", new PictureLayout(new TileGrid(2, 1), HasThumbnail: false, 2, 2), weights));
    }
}
