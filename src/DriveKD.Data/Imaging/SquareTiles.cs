using System.Globalization;

namespace DriveKD.Data.Imaging;

/// <summary>
/// InternVL's pictures: squares of one size, normalised with ImageNet's statistics, [3, side, side] each. With one tile at most the whole picture
/// is one square; with more it is cut by <see cref="DynamicTiling"/>.
/// </summary>
/// <param name="Side">Pixels along a side of a tile.</param>
/// <param name="TokensPerSide">Image tokens along a side of a tile.</param>
/// <param name="MaxTiles">The most tiles that a picture is cut into, the thumbnail not counted.</param>
/// <param name="UsesThumbnail">A picture of several tiles is followed by itself as one more.</param>
public sealed record SquareTiles(int Side, int TokensPerSide, int MaxTiles = 1, bool UsesThumbnail = true) : PictureProcessor
{
    /// <summary>The tokens of a tile follow each other column by column (pixel shuffle of version v1).</summary>
    public bool IsColumnByColumn { get; init; }

    /// <inheritdoc />
    public override PictureLayout? FixedLayout => MaxTiles == 1 ? Layout(new TileGrid(1, 1)) : null;

    /// <inheritdoc />
    public override PictureLayout LayoutOf(int width, int height, string name = "picture") => FixedLayout ?? Layout(Tiling().ChooseGrid(width, height));

    /// <inheritdoc />
    public override IReadOnlyList<RgbImage> Cut(RgbImage picture, string name = "picture") =>
        MaxTiles == 1 ? [SingleSquare.Resize(picture, Side)] : Tiling().Cut(picture);

    /// <inheritdoc />
    public override PicturePiece Normalise(RgbImage piece)
    {
        float[] values = new float[3 * piece.Width * piece.Height];
        PixelNormalization.ImageNet.Write(piece, values);
        return new PicturePiece(piece.Width, piece.Height, values);
    }

    /// <inheritdoc />
    public override int TokensOf(int width, int height) => TokensPerSide * TokensPerSide;

    /// <inheritdoc />
    public override bool MakesTokensOf(PictureProcessor other) =>
        other is SquareTiles squares && squares with { Side = Side } == this;

    /// <inheritdoc />
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{TokensPerSide * TokensPerSide} tokens{(IsColumnByColumn ? " (column by column)" : "")}{(MaxTiles == 1 ? "" : " of each tile")}");

    private DynamicTiling Tiling() => new(Side, minTiles: 1, MaxTiles, UsesThumbnail);

    private PictureLayout Layout(TileGrid grid) =>
        new(grid, UsesThumbnail && grid.Count > 1, TokensPerSide, TokensPerSide) { IsColumnByColumn = IsColumnByColumn };
}
