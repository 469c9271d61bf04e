using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>Where each new token of a batch stands, and which keys are padding.</summary>
/// <remarks>Shapes: A positions of a token (1, or 3 for time, row and column), B batch, T new tokens, S all tokens so far.</remarks>
public sealed class SequencePositions
{
    private readonly long[] _positions;
    private readonly int _axes;
    private readonly int _batch;

    private SequencePositions(long[] positions, int axes, int batch, bool[,]? isPadding_BS)
    {
        (_positions, _axes, _batch, IsPadding_BS) = (positions, axes, batch, isPadding_BS);
        Highest = positions.Max();
    }

    /// <summary>true where a key is padding; null where none is.</summary>
    public bool[,]? IsPadding_BS { get; }

    /// <summary>The greatest position.</summary>
    public long Highest { get; }

    /// <summary>Every token has one position, its place in the sequence.</summary>
    public bool AreOrdinary => _axes == 1;

    /// <summary>Positions start, start + 1, ... for every row, without padding.</summary>
    /// <param name="batch">B.</param>
    /// <param name="length">T.</param>
    /// <param name="start">The first position: the number of tokens cached before.</param>
    public static SequencePositions Consecutive(int batch, int length, int start = 0)
    {
        long[] positions = new long[batch * length];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = start + (i % length);
        }

        return new SequencePositions(positions, axes: 1, batch, null);
    }

    /// <summary>
    /// Positions of padded rows, as transformers counts them: real tokens from 0 on, wherever the padding stands, padding 1.
    /// </summary>
    /// <param name="isPadding_BS">true where a token (cached or new) is padding.</param>
    /// <param name="newTokens">T: the last T columns are new.</param>
    public static SequencePositions Padded(bool[,] isPadding_BS, int newTokens) => Padded(isPadding_BS, newTokens, axes: 1, (_, _, token) => token);

    /// <summary>Positions 0, 1, ... of padded rows with padding counted: what transformers uses where it is given no positions.</summary>
    /// <param name="isPadding_BT">true where a token is padding.</param>
    internal static SequencePositions Uninterrupted(bool[,] isPadding_BT)
    {
        int length = isPadding_BT.GetLength(1);
        long[] positions = [.. Enumerable.Range(0, isPadding_BT.Length).Select(i => (long)(i % length))];
        return new SequencePositions(positions, axes: 1, isPadding_BT.GetLength(0), isPadding_BT);
    }

    /// <summary>Positions of rows whose tokens may have three of them.</summary>
    /// <param name="rows">B rows; null for one whose tokens are counted. Where all are null this is <see cref="Consecutive"/>.</param>
    /// <param name="length">T.</param>
    /// <param name="start">Tokens before, in every row.</param>
    public static SequencePositions Of(IReadOnlyList<RowPositions?> rows, int length, int start = 0)
    {
        if (rows.All(row => row is null))
        {
            return Consecutive(rows.Count, length, start);
        }

        long[] positions = new long[RotarySections.Axes * rows.Count * length];
        for (int i = 0; i < positions.Length; i++)
        {
            int token = start + (i % length);
            positions[i] = rows[i / length % rows.Count]?.At(i / (length * rows.Count), token) ?? token;
        }

        return new SequencePositions(positions, RotarySections.Axes, rows.Count, null);
    }

    /// <summary>As the other, for rows with padding anywhere, which is not counted.</summary>
    /// <param name="rows">B rows; where all are null this is <see cref="Padded(bool[,], int)"/>.</param>
    /// <param name="isPadding_BS">true where a token (cached or new) is padding.</param>
    /// <param name="newTokens">T: the last T columns are new.</param>
    public static SequencePositions Of(IReadOnlyList<RowPositions?> rows, bool[,] isPadding_BS, int newTokens) => rows.All(row => row is null)
        ? Padded(isPadding_BS, newTokens)
        : Padded(isPadding_BS, newTokens, RotarySections.Axes, (axis, b, token) => rows[b]?.At(axis, token) ?? token);

    /// <summary>int64 [B, T], or [A, B, T] where tokens have several positions.</summary>
    /// <param name="device">Where the tensor lies.</param>
    internal Tensor ToTensor(Device device)
    {
        using Tensor flat = tensor(_positions);
        return (AreOrdinary ? flat.reshape(_batch, -1) : flat.reshape(_axes, _batch, -1)).to(device, copy: true);
    }

    private static SequencePositions Padded(bool[,] isPadding_BS, int newTokens, int axes, Func<int, int, int, long> positionOf)
    {
        int batch = isPadding_BS.GetLength(0);
        int keys = isPadding_BS.GetLength(1);
        bool hasPadding = false;
        long[] positions = new long[axes * batch * newTokens];
        for (int axis = 0; axis < axes; axis++)
        {
            for (int b = 0; b < batch; b++)
            {
                int next = 0;
                for (int s = 0; s < keys; s++)
                {
                    hasPadding |= isPadding_BS[b, s];
                    long position = isPadding_BS[b, s] ? 1 : positionOf(axis, b, next++);
                    if (s >= keys - newTokens)
                    {
                        positions[(((axis * batch) + b) * newTokens) + s - (keys - newTokens)] = position;
                    }
                }
            }
        }

        return new SequencePositions(positions, axes, batch, hasPadding ? isPadding_BS : null);
    }
}
