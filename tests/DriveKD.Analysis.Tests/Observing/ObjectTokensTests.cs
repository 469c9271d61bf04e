using DriveKD.Analysis.Observing;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;

namespace DriveKD.Analysis.Tests.Observing;

public sealed class ObjectTokensTests
{
    private static readonly PictureLayout _square = new(new TileGrid(1, 1), HasThumbnail: false, 4, 4);
    private static readonly PlacedPicture _front = new("CAM_FRONT", 1600, 800, _square);

    [Fact]
    public void Find_CentreAlone_TakesASquareAroundIt()
    {
        // 640 of 800 pixels: 0.2 to 0.6 of the width and 0.1 to 0.9 of the height; centres of cells lie at 1/8, 3/8, 5/8, 7/8.
        IReadOnlyList<int> found = ObjectTokens.Find([Tag(640, 400)], [_front], share: 0.8);

        Assert.Equal([1, 5, 9, 13], found);
    }

    [Fact]
    public void Find_SmallObject_HasTheCellOfItsCentre() => Assert.Equal([11], ObjectTokens.Find([Tag(1599, 599)], [_front], share: 0.01));

    [Fact]
    public void Find_NormalizedCentre_IsTheSamePlace()
    {
        ObjectTag normalized = new("c1", "CAM_FRONT", 0.4, 0.5, CoordinateUnit.Normalized);

        Assert.Equal(ObjectTokens.Find([Tag(640, 400)], [_front], share: 0.8), ObjectTokens.Find([normalized], [_front], share: 0.8));
    }

    [Fact]
    public void Find_Box_IsTakenInsteadOfTheSquare()
    {
        ObjectTag boxed = Tag(100, 100) with { Box = new ObjectBox(0, 0, 800, 400) };

        Assert.Equal([0, 1, 4, 5], ObjectTokens.Find([boxed], [_front]));
    }

    [Fact]
    public void Find_TransposedTokens_StandColumnByColumn()
    {
        ObjectTag boxed = Tag(100, 100) with { Box = new ObjectBox(0, 0, 1600, 200) };

        Assert.Equal([0, 1, 2, 3], ObjectTokens.Find([boxed], [_front]));
        Assert.Equal([0, 4, 8, 12], ObjectTokens.Find([boxed], [_front with { Layout = _square with { IsColumnByColumn = true } }]));
    }

    [Fact]
    public void Find_TilesAndThumbnail_BothHoldTheObject()
    {
        // Two tiles side by side of 2 x 2 tokens, then the thumbnail.
        PlacedPicture tiled = _front with { Layout = new PictureLayout(new TileGrid(2, 1), HasThumbnail: true, 2, 2) };
        ObjectTag rightTop = Tag(1400, 100) with { Box = new ObjectBox(900, 0, 1600, 300) };

        Assert.Equal([4, 5, 9], ObjectTokens.Find([rightTop], [tiled]));
    }

    [Fact]
    public void Find_PictureOfMoreColumnsThanRows_HasTheCellsOfItsOwnGrid()
    {
        // 2 rows of 4 tokens.
        PlacedPicture wide = _front with { Layout = new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, TokenRows: 2, TokenColumns: 4) };

        Assert.Equal([7], ObjectTokens.Find([Tag(1599, 799)], [wide], share: 0.01));
        Assert.Equal([2, 3], ObjectTokens.Find([Tag(100, 100) with { Box = new ObjectBox(900, 0, 1600, 300) }], [wide]));
        Assert.Equal([0, 8 + 7], ObjectTokens.Find([Tag(0, 0), Tag(1599, 799) with { Camera = "CAM_BACK" }], [wide, wide with { Camera = "CAM_BACK" }], share: 0.01));
    }

    [Fact]
    public void Find_SeveralPictures_CountsTheTokensBefore()
    {
        PlacedPicture back = _front with { Camera = "CAM_BACK" };
        PlacedPicture unknown = _front with { Camera = null };
        ObjectTag small = new("c2", "CAM_BACK", 0.1, 0.1, CoordinateUnit.Normalized);

        Assert.Equal([0, 32], ObjectTokens.Find([small, Tag(10, 10)], [_front, unknown, back], share: 0.01));
    }

    [Theory]
    [InlineData(1700, 100, "CAM_FRONT")]
    [InlineData(100, -5, "CAM_FRONT")]
    [InlineData(100, 100, "CAM_BACK")]
    public void Find_ObjectThatNoPictureShows_IsLeftOut(double x, double y, string camera) =>
        Assert.Empty(ObjectTokens.Find([new ObjectTag("c1", camera, x, y, CoordinateUnit.Pixel)], [_front]));

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Find_NoShare_IsRefused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => ObjectTokens.Find([Tag(1, 1)], [_front], share: share));

    private static ObjectTag Tag(double x, double y) => new("c1", "CAM_FRONT", x, y, CoordinateUnit.Pixel);
}
