using DriveKD.Models.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>A decoder with its head. Owns no weights: they belong to the model, under the names that its family gives them.</summary>
internal sealed class DecoderWithHead
{
    // Absent where the embedding's rows serve as head: a registered twin would be stepped twice by an optimizer.
    private readonly Linear? _head;

    /// <summary>Allocates the weights without setting them.</summary>
    /// <param name="config">The decoder's shape.</param>
    /// <param name="hasSeparateHead">false where the embedding's rows serve as head.</param>
    /// <param name="placement">Device and dtype.</param>
    public DecoderWithHead(LanguageModelConfig config, bool hasSeparateHead, Placement placement)
    {
        Stack = new DecoderStack(config, placement, Kernels);
        _head = hasSeparateHead ? new Linear(config.HiddenSize, config.VocabularySize, hasBias: false, placement, Kernels) : null;
    }

    /// <summary>Embedding, layers and norm.</summary>
    public DecoderStack Stack { get; }

    /// <summary>The head; null where the embedding's rows serve as one.</summary>
    public Linear? Head => _head;

    /// <summary>What computes a few rows in libtorch's place.</summary>
    public DecodeKernels Kernels { get; } = new();

    /// <summary>[vocabulary, hidden]: the head's own rows, or the embedding's.</summary>
    public Tensor HeadWeight => _head?.Weight ?? Stack.Embedding.Weight;

    /// <summary>[..., hidden] -> logits [..., vocabulary] in the activations' dtype.</summary>
    public Tensor Logits(Tensor hidden)
    {
        if (_head is not null)
        {
            return _head.forward(hidden);
        }

        Tensor rows = Stack.Embedding.Weight;
        return Kernels.Serve(hidden, rows) ? Kernels.Linear(hidden, rows, null) : functional.linear(hidden, rows);
    }

    /// <summary>
    /// The same values in float32. A conversion of a whole vocabulary by libtorch wakes its threads, which then look out for more work on the
    /// cores that the next token needs.
    /// </summary>
    public Tensor WideLogits(Tensor hidden)
    {
        if (_head is not { HasAdapter: true } && Kernels.Serve(hidden, HeadWeight))
        {
            return Kernels.Linear(hidden, HeadWeight, null, _head?.Quantized, isWide: true);
        }

        using Tensor logits = Logits(hidden);
        return logits.to_type(ScalarType.Float32);
    }
}
