using static TorchSharp.torch;

namespace DriveKD.Models.InternVL;

/// <summary>Where each new token of a batch stands, and which keys are padding.</summary>
/// <remarks>Shapes: B batch, T new tokens, S all tokens so far.</remarks>
public sealed class SequencePositions
{
    private readonly long[] _positions;
    private readonly int _batch;

    private SequencePositions(long[] positions, int batch, bool[,]? isPadding_BS)
    {
        (_positions, _batch, IsPadding_BS) = (positions, batch, isPadding_BS);
        Highest = positions.Max();
    }

    /// <summary>true where a key is padding; null where none is.</summary>
    public bool[,]? IsPadding_BS { get; }

    /// <summary>The greatest position.</summary>
    public long Highest { get; }

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

        return new SequencePositions(positions, batch, null);
    }

    /// <summary>
    /// Positions of padded rows, as transformers counts them: real tokens from 0 on, wherever the padding stands, padding 1.
    /// </summary>
    /// <param name="isPadding_BS">true where a token (cached or new) is padding.</param>
    /// <param name="newTokens">T: the last T columns are new.</param>
    public static SequencePositions Padded(bool[,] isPadding_BS, int newTokens)
    {
        int batch = isPadding_BS.GetLength(0);
        int keys = isPadding_BS.GetLength(1);
        bool hasPadding = false;
        long[] positions = new long[batch * newTokens];
        for (int b = 0; b < batch; b++)
        {
            long next = 0;
            for (int s = 0; s < keys; s++)
            {
                hasPadding |= isPadding_BS[b, s];
                long position = isPadding_BS[b, s] ? 1 : next++;
                if (s >= keys - newTokens)
                {
                    positions[(b * newTokens) + s - (keys - newTokens)] = position;
                }
            }
        }

        return new SequencePositions(positions, batch, hasPadding ? isPadding_BS : null);
    }

    /// <summary>Positions 0, 1, ... of padded rows with padding counted: what transformers uses where it is given no positions.</summary>
    /// <param name="isPadding_BT">true where a token is padding.</param>
    internal static SequencePositions Uninterrupted(bool[,] isPadding_BT)
    {
        int length = isPadding_BT.GetLength(1);
        long[] positions = [.. Enumerable.Range(0, isPadding_BT.Length).Select(i => (long)(i % length))];
        return new SequencePositions(positions, isPadding_BT.GetLength(0), isPadding_BT);
    }

    /// <summary>int64 [B, T].</summary>
    /// <param name="device">Where the tensor lies.</param>
    internal Tensor ToTensor(Device device)
    {
        using Tensor flat = tensor(_positions);
        return flat.reshape(_batch, -1).to(device, copy: true);
    }
}
