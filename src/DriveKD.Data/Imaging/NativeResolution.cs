using System.Globalization;

namespace DriveKD.Data.Imaging;

/// <summary>
/// Qwen2.5-VL's pictures: each whole, at about its own size, within limits of area. Its values are rows of patches
/// (<see cref="Qwen25VLPatches"/>).
/// </summary>
/// <param name="Options">Patches, limits and statistics.</param>
public sealed record NativeResolution(Qwen25VLImageOptions Options) : PictureProcessor
{
    /// <inheritdoc />
    public override PictureLayout? FixedLayout => null;

    private int TokenSide => Options.PatchSize * Options.MergeSize;

    /// <inheritdoc />
    public override PictureLayout LayoutOf(int width, int height, string name = "picture")
    {
        (int newWidth, int newHeight) = SmartResize.Choose(width, height, TokenSide, Options.MinPixels, Options.MaxPixels, name);
        return new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, newHeight / TokenSide, newWidth / TokenSide);
    }

    /// <inheritdoc />
    public override IReadOnlyList<RgbImage> Cut(RgbImage picture, string name = "picture") => [Qwen25VLPatches.Resize(picture, Options, name)];

    /// <inheritdoc />
    public override PicturePiece Normalise(RgbImage piece) => new(piece.Width, piece.Height, Qwen25VLPatches.Cut(piece, Options).Values);

    /// <inheritdoc />
    public override int TokensOf(int width, int height) => width / TokenSide * (height / TokenSide);

    /// <inheritdoc />
    public override bool MakesTokensOf(PictureProcessor other) =>
        other is NativeResolution native && native.TokenSide == TokenSide
        && (native.Options.MinPixels, native.Options.MaxPixels) == (Options.MinPixels, Options.MaxPixels);

    /// <inheritdoc />
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"a token of every {TokenSide} x {TokenSide} pixels (min_pixels {Options.MinPixels}, max_pixels {Options.MaxPixels})");
}
