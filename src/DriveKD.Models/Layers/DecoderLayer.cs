using DriveKD.Models.Kernels;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>One decoder layer: h += attention(norm(h)); h += mlp(norm(h)).</summary>
internal sealed class DecoderLayer : Module
{
    private string _stagePrefix = "";

    [ComponentName(Name = "self_attn")]
    private readonly GroupedQueryAttention _attention;

    [ComponentName(Name = "mlp")]
    private readonly SwiGlu _mlp;

    [ComponentName(Name = "input_layernorm")]
    private readonly RmsNorm _inputNorm;

    [ComponentName(Name = "post_attention_layernorm")]
    private readonly RmsNorm _postAttentionNorm;

    public DecoderLayer(LanguageModelConfig config, int layer, Placement placement, DecodeKernels kernels)
        : base(nameof(DecoderLayer))
    {
        _attention = new GroupedQueryAttention(config, placement, kernels);
        _mlp = new SwiGlu(config.HiddenSize, config.IntermediateSize, placement, kernels);
        _inputNorm = new RmsNorm(config.HiddenSize, config.NormEpsilon, placement);
        _postAttentionNorm = new RmsNorm(config.HiddenSize, config.NormEpsilon, placement);
        RegisterComponents();
        Index = layer;
    }

    /// <summary>Which layer of the decoder it is, from 0. A layer whose weights are replaced by another's takes that one's place.</summary>
    public int Index
    {
        get;
        set
        {
            field = value;
            _attention.Layer = value;
            _stagePrefix = $"llm.layer{value:00}.";
        }
    }

    /// <summary>The first half.</summary>
    public GroupedQueryAttention Attention => _attention;

    /// <summary>The second half.</summary>
    public SwiGlu Mlp => _mlp;

    /// <summary>Before the attention.</summary>
    public RmsNorm InputNorm => _inputNorm;

    /// <summary>Before the MLP.</summary>
    public RmsNorm PostAttentionNorm => _postAttentionNorm;

    /// <summary>Every matrix of the layer.</summary>
    public IEnumerable<Linear> Matrices => [_attention.Query, _attention.Key, _attention.Value, _attention.Output, _mlp.Gate, _mlp.Up, _mlp.Down];

    /// <summary>[B, T, C] -> the same shape; the caller's scope receives the result.</summary>
    public Tensor Forward(Tensor hidden_BTC, RotaryEmbedding rope, AttentionMask mask, KeyValueCache? cache, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normed_BTC = Recorded(_inputNorm.forward(hidden_BTC), "input_layernorm", probe);
        Tensor attended_BTC = hidden_BTC.Plus(_attention.Forward(normed_BTC, rope, mask, cache, probe));
        Tensor normedAgain_BTC = Recorded(_postAttentionNorm.forward(attended_BTC), "post_attention_layernorm", probe);
        return attended_BTC.Plus(Recorded(_mlp.forward(normedAgain_BTC), "mlp", probe)).MoveToOuterDisposeScope();
    }

    /// <summary>Forms the layer's attention map and nothing else: the end of a frozen teacher's run.</summary>
    public void TapOnly(Tensor hidden_BTC, RotaryEmbedding rope, AttentionMask mask, Probe probe)
    {
        using DisposeScope scope = NewDisposeScope();
        _attention.TapOnly(_inputNorm.forward(hidden_BTC), rope, mask, probe);
    }

    private Tensor Recorded(Tensor value, string stage, Probe? probe)
    {
        probe?.RecordStage(_stagePrefix + stage, value);
        return value;
    }
}
