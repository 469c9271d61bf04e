namespace DriveKD.Data.Imaging;

/// <summary>A grid of square tiles.</summary>
/// <param name="Columns">Tiles per row, from left to right.</param>
/// <param name="Rows">Rows, from top to bottom.</param>
public readonly record struct TileGrid(int Columns, int Rows)
{
    /// <summary>Tiles, without a thumbnail.</summary>
    public int Count => Columns * Rows;
}
