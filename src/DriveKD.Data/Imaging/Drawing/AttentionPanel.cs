namespace DriveKD.Data.Imaging.Drawing;

/// <summary>One picture of an attention figure.</summary>
public sealed record AttentionPanel
{
    /// <summary>The picture as it was given, not as resized for the model.</summary>
    public required RgbImage Image { get; init; }

    /// <summary>What stands under it: a camera's or a file's name.</summary>
    public required string Label { get; init; }

    /// <summary>The weights of its tokens.</summary>
    public required AttentionMap Map { get; init; }

    /// <summary>The tiles that the model saw; their borders are drawn. One where it saw a single square.</summary>
    public TileGrid Tiles { get; init; } = new(1, 1);

    /// <summary>The panels of one picture from its tokens as they stand in the sequence: one for its tiles, one for the thumbnail if it has one.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="label">What stands under it.</param>
    /// <param name="layout">How it stands in the sequence.</param>
    /// <param name="weights">[tiles and thumbnail, token rows, token columns].</param>
    public static IReadOnlyList<AttentionPanel> FromTokens(RgbImage image, string label, PictureLayout layout, ReadOnlySpan<float> weights)
    {
        TileGrid tiles = layout.Grid;
        int tileTokens = checked(tiles.Count * layout.TokensPerTile);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, tileTokens + (layout.HasThumbnail ? layout.TokensPerTile : 0), nameof(weights));
        AttentionPanel whole = new()
        {
            Image = image,
            Label = label,
            Tiles = tiles,
            Map = AttentionMap.FromTiles(tiles, layout.TokenRows, layout.TokenColumns, weights[..tileTokens]),
        };
        return !layout.HasThumbnail
            ? [whole]
            :
            [
                whole with { Label = $"{label}, {tiles.Columns} x {tiles.Rows} tiles" },
                new() { Image = image, Label = $"{label}, thumbnail", Map = new AttentionMap(layout.TokenRows, layout.TokenColumns, weights[tileTokens..].ToArray()) },
            ];
    }
}
