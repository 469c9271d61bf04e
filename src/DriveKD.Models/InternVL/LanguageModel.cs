using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>The decoder with its head: <c>language_model</c> in checkpoints.</summary>
internal sealed class LanguageModel : Module
{
    [ComponentName(Name = "model")]
    private readonly DecoderStack _stack;

    // Absent where the embedding's rows serve as head: a registered twin would be stepped twice by an optimizer.
    [ComponentName(Name = "lm_head")]
    private readonly Linear? _head;

    public LanguageModel(LanguageModelConfig config, bool hasSeparateHead, Placement placement)
        : base(nameof(LanguageModel))
    {
        _stack = new DecoderStack(config, placement, Kernels);
        _head = hasSeparateHead ? new Linear(config.HiddenSize, config.VocabularySize, hasBias: false, placement, Kernels) : null;
        RegisterComponents();
    }

    public DecoderStack Stack => _stack;

    /// <summary>What computes a few rows in libtorch's place.</summary>
    public DecodeKernels Kernels { get; } = new();

    /// <summary>[vocabulary, hidden]: the head's own rows, or the embedding's.</summary>
    public Tensor HeadWeight => _head?.Weight ?? _stack.Embedding.Weight;

    /// <summary>[..., hidden] -> logits [..., vocabulary] in the activations' dtype.</summary>
    public Tensor Logits(Tensor hidden)
    {
        if (_head is not null)
        {
            return _head.forward(hidden);
        }

        Tensor rows = _stack.Embedding.Weight;
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
