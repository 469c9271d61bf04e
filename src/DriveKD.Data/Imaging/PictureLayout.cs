namespace DriveKD.Data.Imaging;

/// <summary>How a picture stands in a prompt: its image tokens tile after tile, each tile's row by row.</summary>
/// <param name="Grid">Its tiles; 1 x 1 where it is one piece.</param>
/// <param name="HasThumbnail">The whole picture follows as one more tile.</param>
/// <param name="TokenRows">Image tokens of a tile, from top to bottom.</param>
/// <param name="TokenColumns">Image tokens of a tile, from left to right.</param>
public sealed record PictureLayout(TileGrid Grid, bool HasThumbnail, int TokenRows, int TokenColumns)
{
    /// <summary>The tokens of a tile follow each other column by column instead (pixel shuffle of version v1).</summary>
    public bool IsColumnByColumn { get; init; }

    /// <summary>Tiles, the thumbnail among them.</summary>
    public int Tiles => Grid.Count + (HasThumbnail ? 1 : 0);

    /// <summary>Image tokens of one tile.</summary>
    public int TokensPerTile => TokenRows * TokenColumns;

    /// <summary>Image tokens of all tiles.</summary>
    public int Tokens => Tiles * TokensPerTile;
}
