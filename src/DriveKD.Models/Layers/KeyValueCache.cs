using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// The keys and values of the tokens seen so far, one pair of buffers per layer, allocated once for the longest sequence.
/// For inference only: writing in place is hidden from autograd.
/// </summary>
/// <remarks>Shapes: B batch, K key heads, S tokens, D channels per head.</remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <summary>Allocates the buffers.</summary>
    /// <param name="layers">Decoder layers.</param>
    /// <param name="batch">B.</param>
    /// <param name="keyValueHeads">K.</param>
    /// <param name="capacity">The most tokens per sequence.</param>
    /// <param name="headSize">D.</param>
    /// <param name="placement">Device and dtype.</param>
    public KeyValueCache(int layers, long batch, int keyValueHeads, long capacity, int headSize, Placement placement)
    {
        Capacity = capacity;
        Tensor Allocate() => empty([batch, keyValueHeads, capacity, headSize], placement.DType, placement.Device).DetachFromDisposeScope();
        _keys = Enumerable.Range(0, layers).Select(_ => Allocate()).ToArray();
        _values = Enumerable.Range(0, layers).Select(_ => Allocate()).ToArray();
    }

    /// <summary>The most tokens per sequence.</summary>
    public long Capacity { get; }

    /// <summary>Tokens seen by every layer.</summary>
    public long Length { get; private set; }

    /// <summary>Stores one layer's new keys and values behind the earlier ones.</summary>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="key_BKTD">New keys, rotated.</param>
    /// <param name="value_BKTD">New values.</param>
    /// <returns>All keys and values so far, as views [B, K, S, D].</returns>
    internal (Tensor Key_BKSD, Tensor Value_BKSD) Append(int layer, Tensor key_BKTD, Tensor value_BKTD)
    {
        long count = key_BKTD.shape[2];
        if (Length + count > Capacity)
        {
            throw new InvalidOperationException($"The cache holds {Capacity} tokens; {Length} are in it and {count} more were given.");
        }

        using (Tensor target = _keys[layer].narrow(2, Length, count))
        {
            target.copy_(key_BKTD);
        }

        using (Tensor target = _values[layer].narrow(2, Length, count))
        {
            target.copy_(value_BKTD);
        }

        return (_keys[layer].narrow(2, 0, Length + count), _values[layer].narrow(2, 0, Length + count));
    }

    /// <summary>The whole buffer of a layer's keys, [B, K, capacity, D]; the cache keeps owning it.</summary>
    /// <param name="layer">The layer, from 0.</param>
    internal Tensor KeysOf(int layer) => _keys[layer];

    /// <summary>The whole buffer of a layer's values, [B, K, capacity, D]; the cache keeps owning it.</summary>
    /// <param name="layer">The layer, from 0.</param>
    internal Tensor ValuesOf(int layer) => _values[layer];

    /// <summary>Counts the tokens of a forward pass once every layer has stored them.</summary>
    /// <param name="count">T.</param>
    internal void Advance(long count) => Length += count;

    /// <summary>Forgets all tokens but the first ones.</summary>
    /// <param name="length">How many stay; at most <see cref="Length"/>.</param>
    internal void Truncate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Takes over the first tokens of another cache into this one, which is empty.</summary>
    /// <param name="other">A cache of the same layers, rows and heads.</param>
    /// <param name="length">How many; at most what the other has seen and this one can hold.</param>
    internal void TakeOver(KeyValueCache other, long length)
    {
        foreach ((Tensor source, Tensor target) in other._keys.Concat(other._values).Zip(_keys.Concat(_values)))
        {
            using Tensor from = source.narrow(2, 0, length);
            using Tensor to = target.narrow(2, 0, length);
            to.copy_(from);
        }

        Length = length;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor buffer in _keys.Concat(_values))
        {
            buffer.Dispose();
        }
    }
}
