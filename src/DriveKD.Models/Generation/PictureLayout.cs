using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation;

/// <summary>How a picture stands in a prompt.</summary>
/// <param name="Grid">Its tiles; 1 x 1 where it is one square.</param>
/// <param name="HasThumbnail">The whole picture follows as one more tile.</param>
/// <param name="Tokens">Image tokens of all tiles.</param>
public sealed record PictureLayout(TileGrid Grid, bool HasThumbnail, int Tokens)
{
    /// <summary>Tiles, the thumbnail among them.</summary>
    public int Tiles => Grid.Count + (HasThumbnail ? 1 : 0);
}
