using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class NativeResolutionTests
{
    private static readonly NativeResolution _released = new(Qwen25VLImageOptions.Default);
    private static readonly NativeResolution _small = new(new Qwen25VLImageOptions { MinPixels = 3136, MaxPixels = 28 * 28 * 12 });

    [Theory]
    [InlineData(1600, 900, 32, 57)]
    [InlineData(1280, 720, 26, 46)]
    [InlineData(448, 448, 16, 16)]
    [InlineData(10, 10, 2, 2)]
    public void LayoutOf_KnownSizes_IsOnePieceOfRowsAndColumns(int width, int height, int rows, int columns)
    {
        Assert.Null(_released.FixedLayout);
        Assert.Equal(new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, rows, columns), _released.LayoutOf(width, height));
    }

    [Fact]
    public void LayoutOf_TooLong_NamesThePicture()
    {
        InputException exception = Assert.Throws<InputException>(() => _released.LayoutOf(4020, 20, "sliver.png"));
        Assert.Equal("sliver.png", Assert.Single(exception.Problems).Where);
        Assert.Throws<InputException>(() => _released.Cut(PictureFactory.Noise(402, 2, 0), "sliver.png"));
    }

    [Fact]
    public void LayoutOf_AnySize_IsWhatItsPieceHas()
    {
        // A sliver may be larger than the limit: no side is shorter than a token.
        Gen.Select(Gen.Int[28, 150], Gen.Int[28, 150]).Sample(
            (width, height) =>
            {
                PictureLayout layout = _small.LayoutOf(width, height);
                PicturePiece piece = Assert.Single(_small.Process(PictureFactory.Noise(width, height, 0)));

                Assert.Equal((28 * layout.TokenColumns, 28 * layout.TokenRows), (piece.Width, piece.Height));
                Assert.Equal(layout.Tokens, _small.TokensOf(piece.Width, piece.Height));
                Assert.Equal(layout.Tokens * 4 * 3 * 2 * 14 * 14, piece.Values.Length);
                Assert.InRange(layout.Tokens, 4, 12);
            },
            iter: 50);
    }

    [Fact]
    public void Process_APicture_GivesTheRowsOfItsPatches()
    {
        RgbImage picture = PictureFactory.Noise(70, 100, 5);

        Assert.Equal(Qwen25VLPatches.Create(picture, _small.Options).Values, Assert.Single(_small.Process(picture)).Values);
    }

    [Fact]
    public void Equals_SameOptions_OnlyThen()
    {
        Qwen25VLImageOptions options = _released.Options;
        NativeResolution same = new(options with { Normalization = new PixelNormalization([0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f]) });
        Assert.Equal(_released, same);
        Assert.Equal(_released.GetHashCode(), same.GetHashCode());
        Assert.Equal<PictureProcessor>(_released, same);
        Qwen25VLImageOptions[] others =
        [
            options with { MaxPixels = 1_003_520 }, options with { MinPixels = 4000 }, options with { PatchSize = 16 }, options with { MergeSize = 1 },
            options with { Normalization = PixelNormalization.ImageNet },
        ];
        Assert.All(others, other => Assert.NotEqual(_released, new NativeResolution(other)));
        Assert.False(_released.Equals((PictureProcessor)new SquareTiles(448, 16)));
    }

    [Fact]
    public void MakesTokensOf_OtherProcessors_AsksForSideAndLimits()
    {
        Qwen25VLImageOptions options = _released.Options;
        Assert.True(_released.MakesTokensOf(new NativeResolution(options with { Normalization = PixelNormalization.ImageNet })));
        Assert.True(_released.MakesTokensOf(new NativeResolution(options with { PatchSize = 7, MergeSize = 4 })));
        Assert.False(_released.MakesTokensOf(new NativeResolution(options with { PatchSize = 16 })));
        Assert.False(_released.MakesTokensOf(new NativeResolution(options with { MaxPixels = 1_003_520 })));
        Assert.False(_released.MakesTokensOf(new NativeResolution(options with { MinPixels = 4000 })));
        Assert.False(_released.MakesTokensOf(new SquareTiles(448, 16)));
    }

    [Fact]
    public void Describe_Limits_NamesThem() => Assert.Equal(
        "a token of every 28 x 28 pixels (min_pixels 3136, max_pixels 12845056)", _released.Describe());
}
