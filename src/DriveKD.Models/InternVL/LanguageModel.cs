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
        _stack = new DecoderStack(config, placement);
        _head = hasSeparateHead ? new Linear(config.HiddenSize, config.VocabularySize, hasBias: false, placement) : null;
        RegisterComponents();
    }

    public DecoderStack Stack => _stack;

    /// <summary>[vocabulary, hidden]: the head's own rows, or the embedding's.</summary>
    public Tensor HeadWeight => _head?.Weight ?? _stack.Embedding.Weight;

    /// <summary>[..., hidden] -> logits [..., vocabulary] in the activations' dtype.</summary>
    public Tensor Logits(Tensor hidden) => _head is null ? functional.linear(hidden, _stack.Embedding.Weight) : _head.forward(hidden);
}
