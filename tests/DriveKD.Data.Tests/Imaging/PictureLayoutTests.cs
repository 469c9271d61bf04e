using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class PictureLayoutTests
{
    [Theory]
    [InlineData(1, 1, false, 16, 16, 1, 256)]
    [InlineData(3, 2, true, 2, 2, 7, 28)]
    [InlineData(3, 2, false, 2, 2, 6, 24)]
    [InlineData(1, 1, false, 32, 57, 1, 1824)]
    public void Tokens_GridAndThumbnail_AreThoseOfAllTiles(int columns, int rows, bool hasThumbnail, int tokenRows, int tokenColumns, int tiles, int tokens)
    {
        PictureLayout layout = new(new TileGrid(columns, rows), hasThumbnail, tokenRows, tokenColumns);

        Assert.Equal((tiles, tokenRows * tokenColumns, tokens), (layout.Tiles, layout.TokensPerTile, layout.Tokens));
    }

    [Fact]
    public void Equals_OrderOfTokens_IsPartOfIt()
    {
        PictureLayout layout = new(new TileGrid(2, 1), HasThumbnail: true, 4, 4);

        Assert.Equal(layout, new PictureLayout(new TileGrid(2, 1), HasThumbnail: true, 4, 4));
        Assert.NotEqual(layout, layout with { IsColumnByColumn = true });
    }
}
