using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Drawing;

/// <summary>Attention weights laid over a picture: a grid of tokens that spans it whole.</summary>
public sealed class AttentionMap
{
    /// <summary>Wraps a grid.</summary>
    /// <param name="rows">Tokens from top to bottom, at least 1.</param>
    /// <param name="columns">Tokens from left to right, at least 1.</param>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <exception cref="InputException">A weight is not finite: the model that gave it is broken.</exception>
    public AttentionMap(int rows, int columns, float[] weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.LongLength, (long)rows * columns, nameof(weights));
        int broken = weights.Count(weight => !float.IsFinite(weight));
        if (broken > 0)
        {
            throw new InputException(
                "attention map",
                string.Create(CultureInfo.InvariantCulture, $"{broken} of {weights.Length} weights are not finite; expected a softmax's output. Check the model's weights and data type."));
        }

        (Rows, Columns, Weights) = (rows, columns, weights);
    }

    /// <summary>Tokens from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Tokens from left to right.</summary>
    public int Columns { get; }

    /// <summary>[Rows, Columns].</summary>
    public float[] Weights { get; }

    /// <summary>Puts the tokens of a grid of tiles into the places that they have in the whole picture.</summary>
    /// <param name="grid">The tiles.</param>
    /// <param name="tokenRows">Tokens of a tile from top to bottom.</param>
    /// <param name="tokenColumns">Tokens of a tile from left to right.</param>
    /// <param name="weights">[tiles row by row, token rows, token columns], without a thumbnail's.</param>
    public static AttentionMap FromTiles(TileGrid grid, int tokenRows, int tokenColumns, ReadOnlySpan<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokenRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokenColumns, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, (long)grid.Count * tokenRows * tokenColumns, nameof(weights));
        int columns = grid.Columns * tokenColumns;
        float[] whole = new float[weights.Length];
        for (int from = 0; from < weights.Length; from += tokenColumns)
        {
            int tile = from / (tokenRows * tokenColumns);
            int rowInTile = from / tokenColumns % tokenRows;
            int row = (tile / grid.Columns * tokenRows) + rowInTile;
            int column = tile % grid.Columns * tokenColumns;
            weights.Slice(from, tokenColumns).CopyTo(whole.AsSpan((row * columns) + column));
        }

        return new AttentionMap(grid.Rows * tokenRows, columns, whole);
    }

    /// <summary>The weight at a point, bilinear between the tokens' centres.</summary>
    /// <param name="x">0 at the left edge, 1 at the right.</param>
    /// <param name="y">0 at the top edge, 1 at the bottom.</param>
    internal float At(float x, float y)
    {
        float column = Math.Clamp((x * Columns) - 0.5f, 0, Columns - 1);
        float row = Math.Clamp((y * Rows) - 0.5f, 0, Rows - 1);
        int left = (int)column;
        int top = (int)row;
        int right = Math.Min(left + 1, Columns - 1);
        int bottom = Math.Min(top + 1, Rows - 1);
        float above = float.Lerp(Weights[(top * Columns) + left], Weights[(top * Columns) + right], column - left);
        float below = float.Lerp(Weights[(bottom * Columns) + left], Weights[(bottom * Columns) + right], column - left);
        return float.Lerp(above, below, row - top);
    }
}
