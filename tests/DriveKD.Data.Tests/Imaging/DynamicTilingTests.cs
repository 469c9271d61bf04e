using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class DynamicTilingTests
{
    [Theory]
    [InlineData(1600, 900, 12, 4, 2, 9)]
    [InlineData(1280, 720, 12, 4, 2, 9)]
    [InlineData(640, 480, 12, 4, 3, 13)]
    [InlineData(1600, 900, 6, 2, 1, 3)]
    [InlineData(100, 100, 12, 1, 1, 1)]
    [InlineData(448, 448, 1, 1, 1, 1)]
    public void ChooseGrid_KnownSizes_AsInModelsMd(int width, int height, int maxTiles, int columns, int rows, int pictures)
    {
        DynamicTiling tiling = new(448, 1, maxTiles);
        TileGrid grid = tiling.ChooseGrid(width, height);
        Assert.Equal(new TileGrid(columns, rows), grid);
        Assert.Equal(pictures, tiling.CountTiles(grid));
    }

    [Fact]
    public void ChooseGrid_TieAmongEqualAreas_GoesByTheOrderOfOpenGVLabsSet()
    {
        // 2.5 lies halfway between the grids 2 x 2 and 4 x 1; CPython's set of the range 4..4 ends with 2 x 2.
        Assert.Equal(new TileGrid(2, 2), new DynamicTiling(448, 4, 4).ChooseGrid(20_000, 8_000));
        Assert.Equal(new TileGrid(1, 5), new DynamicTiling(448, 5, 5).ChooseGrid(52_000, 20_000));
        Assert.Equal(new TileGrid(3, 2), new DynamicTiling(448, 6, 7).ChooseGrid(60_000, 16_000));
    }

    [Fact]
    public void Candidates_AnyRange_AreEachGridOnceByArea()
    {
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 60]).Sample(
            (least, more) =>
            {
                IReadOnlyList<TileGrid> grids = new DynamicTiling(448, least, least + more).Candidates;
                int expected = Enumerable.Range(1, least + more).Sum(columns => ((least + more) / columns) - ((least - 1) / columns));
                Assert.Equal(expected, grids.Distinct().Count());
                Assert.Equal(expected, grids.Count);
                Assert.All(grids, grid => Assert.InRange(grid.Count, least, least + more));
                Assert.Equal(grids.Select(grid => grid.Count).Order(), grids.Select(grid => grid.Count));
            },
            iter: 100);
    }

    [Fact]
    public void Cut_SeveralTiles_AreTheCropsOfTheResizedPictureThenTheThumbnail()
    {
        RgbImage image = PictureFactory.Noise(160, 90, 5);
        DynamicTiling tiling = new(28);
        IReadOnlyList<RgbImage> tiles = tiling.Cut(image);
        RgbImage resized = BicubicResizer.Resize(image, 4 * 28, 2 * 28);

        Assert.Equal(9, tiles.Count);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(resized.Crop(i % 4 * 28, i / 4 * 28, 28, 28).Pixels, tiles[i].Pixels);
        }

        Assert.Equal(BicubicResizer.Resize(image, 28, 28).Pixels, tiles[8].Pixels);
    }

    [Fact]
    public void Cut_OneTileOrNoThumbnailWanted_HasNoThumbnail()
    {
        RgbImage image = PictureFactory.Noise(160, 90, 5);
        Assert.Equal(SingleSquare.Resize(image, 28).Pixels, Assert.Single(new DynamicTiling(28, 1, 1).Cut(image)).Pixels);
        Assert.Equal(8, new DynamicTiling(28, useThumbnail: false).Cut(image).Count);
    }

    [Fact]
    public void Constructor_ImpossibleSettings_ReportsAllAtOnce()
    {
        InputException exception = Assert.Throws<InputException>(() => new DynamicTiling(0, 0, DynamicTiling.MostTiles + 1));
        Assert.Equal(["tile size", "fewest tiles", "most tiles"], exception.Problems.Select(problem => problem.Where));
        Assert.Throws<InputException>(() => new DynamicTiling(448, 5, 4));
    }
}
