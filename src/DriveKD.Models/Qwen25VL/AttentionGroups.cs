using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Qwen25VL;

/// <summary>
/// What blocks of one kind share in a pass: which patches attend among themselves, windows or whole pictures, and how each is turned. Equally
/// long sequences are brought together, so that they attend in one call.
/// </summary>
/// <remarks>Shapes: P patches, H heads, D channels per head, C channels.</remarks>
internal sealed class AttentionGroups : IDisposable
{
    // Both null where equally long sequences stand together as they are.
    private readonly Tensor? _order_P;
    private readonly Tensor? _places_P;

    private readonly Tensor _cosine_P11D;

    // The sine, negative in the first half of the channels.
    private readonly Tensor _turningSine_P11D;

    /// <param name="lengths">Patches of each sequence; the sequences follow each other.</param>
    /// <param name="angles_PA">float32, one angle for each pair of a head's channels.</param>
    public AttentionGroups(IReadOnlyList<int> lengths, Tensor angles_PA)
    {
        using DisposeScope scope = NewDisposeScope();
        (Batches, long[] order) = Sorted(lengths);
        Tensor ordered_PA = angles_PA;
        if (!order.SequenceEqual(order.Order()))
        {
            _order_P = tensor(order, ScalarType.Int64, angles_PA.device).DetachFromDisposeScope();
            _places_P = _order_P.argsort().DetachFromDisposeScope();
            ordered_PA = angles_PA.index_select(0, _order_P);
        }

        Tensor sine_PA = ordered_PA.sin();
        Tensor cosine_PA = ordered_PA.cos();
        _cosine_P11D = cat([cosine_PA, cosine_PA], -1).unsqueeze(1).unsqueeze(1).DetachFromDisposeScope();
        _turningSine_P11D = cat([sine_PA.neg(), sine_PA], -1).unsqueeze(1).unsqueeze(1).DetachFromDisposeScope();
    }

    /// <summary>The sequences after <see cref="Gather"/>.</summary>
    public IReadOnlyList<SequenceBatch> Batches { get; }

    /// <summary>Brings equally long sequences together: [P, C] -> the same shape, itself where nothing moves.</summary>
    public Tensor Gather(Tensor input_PC) => _order_P is null ? input_PC : input_PC.index_select(0, _order_P);

    /// <summary>Undoes <see cref="Gather"/>.</summary>
    public Tensor Restore(Tensor gathered_PC) => _places_P is null ? gathered_PC : gathered_PC.index_select(0, _places_P);

    /// <summary>Turns queries and keys of gathered patches: [P, 2, H, D] -> the same shape and dtype. Channel pairs are (i, i + D/2).</summary>
    public Tensor Rotate(Tensor input_P2HD)
    {
        using DisposeScope scope = NewDisposeScope();
        // In float32 whatever the model's dtype, as the reference does.
        Tensor wide_P2HD = input_P2HD.to_type(ScalarType.Float32);
        // Turned by half its channels, the input stands where "rotate half" wants it but for the sign, which the sine has.
        Tensor turned_P2HD = wide_P2HD.roll(wide_P2HD.shape[^1] / 2, -1);
        Tensor rotated_P2HD = wide_P2HD.mul(_cosine_P11D).addcmul(turned_P2HD, _turningSine_P11D, Scalars.Of(1.0));
        return rotated_P2HD.to_type(input_P2HD.dtype).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _order_P?.Dispose();
        _places_P?.Dispose();
        _cosine_P11D.Dispose();
        _turningSine_P11D.Dispose();
    }

    private static (IReadOnlyList<SequenceBatch> Batches, long[] Order) Sorted(IReadOnlyList<int> lengths)
    {
        // Where the sequences of each length start.
        SortedDictionary<int, List<int>> starts = [];
        int end = 0;
        foreach (int length in lengths)
        {
            (starts.TryGetValue(length, out List<int>? known) ? known : starts[length] = []).Add(end);
            end += length;
        }

        List<SequenceBatch> batches = [];
        List<long> order = [];
        foreach ((int length, List<int> sequences) in starts)
        {
            batches.Add(new SequenceBatch(order.Count, sequences.Count, length));
            foreach (int start in sequences)
            {
                order.AddRange(Enumerable.Range(start, length).Select(patch => (long)patch));
            }
        }

        return (batches, [.. order]);
    }
}
