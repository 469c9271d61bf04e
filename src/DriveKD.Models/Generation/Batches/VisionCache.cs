using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Batches;

/// <summary>What the vision tower made of the pictures that were looked at last. Owns its tensors.</summary>
/// <remarks>Shapes: R image tokens of a picture, C channels of the decoder.</remarks>
/// <param name="capacity">Pictures that stay after <see cref="Trim"/>.</param>
internal sealed class VisionCache(int capacity) : IDisposable
{
    private readonly Dictionary<string, LinkedListNode<(string Key, Tensor Features_RC)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, Tensor Features_RC)> _latest = [];

    /// <summary>Pictures that are kept.</summary>
    public int Count => _byKey.Count;

    /// <summary>Whether a picture's features are kept.</summary>
    /// <param name="key">The picture.</param>
    public bool Has(string key) => _byKey.ContainsKey(key);

    /// <summary>A picture's features [R, C]; the cache's own.</summary>
    /// <param name="key">The picture.</param>
    /// <param name="encode">Makes them where they are not kept.</param>
    public Tensor Get(string key, Func<Tensor> encode)
    {
        if (_byKey.TryGetValue(key, out LinkedListNode<(string Key, Tensor Features_RC)>? known))
        {
            _latest.Remove(known);
            _latest.AddFirst(known);
            return known.Value.Features_RC;
        }

        Tensor made_RC = encode().DetachFromDisposeScope();
        _byKey.Add(key, _latest.AddFirst((key, made_RC)));
        return made_RC;
    }

    /// <summary>Lets go of the oldest beyond the capacity: after a batch, whose own pictures may be more.</summary>
    public void Trim() => ShortenTo(capacity);

    /// <inheritdoc />
    public void Dispose() => ShortenTo(0);

    private void ShortenTo(int count)
    {
        while (_latest.Count > count)
        {
            _byKey.Remove(_latest.Last!.Value.Key);
            _latest.Last.Value.Features_RC.Dispose();
            _latest.RemoveLast();
        }
    }
}
