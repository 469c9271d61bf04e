namespace DriveKD.Models.Layers;

/// <summary>The three positions (time, row, column) of every token of one sequence, and of those that will follow it.</summary>
public sealed class RowPositions
{
    private readonly long[,] _positions_3T;
    private readonly long _next;

    /// <param name="positions_3T">Of the tokens that are known, without padding.</param>
    /// <param name="next">All three positions of the first token behind them; those after it count on.</param>
    public RowPositions(long[,] positions_3T, long next)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(positions_3T.GetLength(0), RotarySections.Axes, nameof(positions_3T));
        (_positions_3T, _next) = (positions_3T, next);
    }

    /// <summary>Tokens that are known.</summary>
    public int Length => _positions_3T.GetLength(1);

    /// <summary>What to add to a token's place, behind those that are known, to have its position.</summary>
    public long Delta => _next - Length;

    /// <summary>A position.</summary>
    /// <param name="axis">0 time, 1 row, 2 column.</param>
    /// <param name="token">The token's place in its sequence, padding not counted.</param>
    public long At(int axis, int token) => token < Length ? _positions_3T[axis, token] : token + Delta;
}
