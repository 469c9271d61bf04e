using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class SquareTilesTests
{
    private static readonly SquareTiles _square = new(28, TokensPerSide: 4);
    private static readonly SquareTiles _tiles = new(28, TokensPerSide: 4, MaxTiles: 6);

    [Fact]
    public void LayoutOf_OneTileAtMost_IsTheSameForEveryPicture()
    {
        Assert.Equal(new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, 4, 4), _square.FixedLayout);
        Assert.Equal(_square.FixedLayout, _square.LayoutOf(1600, 900));
        Assert.Equal(_square.FixedLayout, _square.LayoutOf(1, 5000));
    }

    [Theory]
    [InlineData(1600, 900, 2, 1, true)]
    [InlineData(900, 2700, 1, 3, true)]
    [InlineData(20, 20, 1, 1, false)]
    public void LayoutOf_SeveralTiles_FollowsTheTiling(int width, int height, int columns, int rows, bool hasThumbnail)
    {
        Assert.Null(_tiles.FixedLayout);
        PictureLayout layout = _tiles.LayoutOf(width, height);

        Assert.Equal(new PictureLayout(new TileGrid(columns, rows), hasThumbnail, 4, 4), layout);
        Assert.Equal(new DynamicTiling(28, maxTiles: 6).ChooseGrid(width, height), layout.Grid);
        Assert.False((_tiles with { UsesThumbnail = false }).LayoutOf(width, height).HasThumbnail);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Process_AnyPicture_HasThePiecesOfItsLayout(int maxTiles)
    {
        SquareTiles processor = _tiles with { MaxTiles = maxTiles };
        RgbImage picture = PictureFactory.Noise(90, 45, 1);

        PictureLayout layout = processor.LayoutOf(picture.Width, picture.Height);
        IReadOnlyList<PicturePiece> pieces = processor.Process(picture);

        Assert.Equal(layout.Tiles, pieces.Count);
        Assert.All(pieces, piece => Assert.Equal((28, 28, 3 * 28 * 28), (piece.Width, piece.Height, piece.Values.Length)));
        Assert.Equal(layout.Tokens, pieces.Sum(piece => processor.TokensOf(piece.Width, piece.Height)));
    }

    [Fact]
    public void Process_OneTile_IsTheNormalisedSquare()
    {
        RgbImage picture = PictureFactory.Noise(61, 45, 2);
        float[] expected = new float[3 * 28 * 28];
        PixelNormalization.ImageNet.Write(SingleSquare.Resize(picture, 28), expected);

        Assert.Equal(expected, Assert.Single(_square.Process(picture)).Values);
    }

    [Fact]
    public void Cut_SeveralTiles_AreThoseOfTheTiling()
    {
        RgbImage picture = PictureFactory.Noise(90, 45, 3);

        Assert.Equal(new DynamicTiling(28, maxTiles: 6).Cut(picture).Select(tile => tile.Pixels), _tiles.Cut(picture).Select(tile => tile.Pixels));
    }

    [Fact]
    public void Equals_SameSettings_OnlyThen()
    {
        Assert.Equal(_tiles, new SquareTiles(28, 4, 6));
        Assert.Equal(_tiles.GetHashCode(), new SquareTiles(28, 4, 6).GetHashCode());
        SquareTiles[] others =
        [
            _tiles with { Side = 56 }, _tiles with { TokensPerSide = 2 }, _tiles with { MaxTiles = 5 }, _tiles with { UsesThumbnail = false },
            _tiles with { IsColumnByColumn = true },
        ];
        Assert.All(others, other => Assert.NotEqual(_tiles, other));
    }

    [Fact]
    public void MakesTokensOf_OtherProcessors_AsksForTokensAndNotForPixels()
    {
        Assert.True(_square.MakesTokensOf(new SquareTiles(28, 4)));
        Assert.True(_square.MakesTokensOf(_square with { Side = 448 }));
        Assert.False(_square.MakesTokensOf(_square with { TokensPerSide = 16 }));
        Assert.False(_square.MakesTokensOf(_square with { IsColumnByColumn = true }));
        Assert.False(_square.MakesTokensOf(_square with { MaxTiles = 2 }));
        Assert.False(_square.MakesTokensOf(new NativeResolution(Qwen25VLImageOptions.Default)));
    }

    [Fact]
    public void Describe_Kinds_SaysWhatBecomesOfAPicture()
    {
        Assert.Equal("16 tokens", _square.Describe());
        Assert.Equal("16 tokens of each tile", _tiles.Describe());
        Assert.Equal("16 tokens (column by column)", (_square with { IsColumnByColumn = true }).Describe());
    }

    [Fact]
    public void LayoutOf_ColumnByColumn_SaysSo()
    {
        Assert.True((_square with { IsColumnByColumn = true }).LayoutOf(10, 10).IsColumnByColumn);
        Assert.True((_tiles with { IsColumnByColumn = true }).LayoutOf(100, 10).IsColumnByColumn);
    }

    [Fact]
    public void LayoutOf_TooManyTiles_IsRefused() => Assert.Throws<InputException>(() => (_tiles with { MaxTiles = 2000 }).LayoutOf(10, 10));
}
