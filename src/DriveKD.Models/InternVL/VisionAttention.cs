using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>Bidirectional self-attention of a vision block, with one fused projection for queries, keys and values.</summary>
/// <remarks>Shapes: N tiles, P tokens, H heads, D channels per head, C channels.</remarks>
internal sealed class VisionAttention : Module
{
    private readonly int _heads;
    private readonly int _headSize;

    [ComponentName(Name = "qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "q_norm")]
    private readonly RmsNorm? _queryNorm;

    [ComponentName(Name = "k_norm")]
    private readonly RmsNorm? _keyNorm;

    [ComponentName(Name = "proj")]
    private readonly Linear _projection;

    public VisionAttention(VisionTowerConfig config, Placement placement)
        : base(nameof(VisionAttention))
    {
        (_heads, _headSize) = (config.Heads, config.HeadSize);
        _qkv = new Linear(config.HiddenSize, 3 * config.HiddenSize, config.HasQkvBias, placement);
        // The norms run over the full width, not per head.
        _queryNorm = config.HasQkNorm ? new RmsNorm(config.HiddenSize, config.NormEpsilon, placement) : null;
        _keyNorm = config.HasQkNorm ? new RmsNorm(config.HiddenSize, config.NormEpsilon, placement) : null;
        _projection = new Linear(config.HiddenSize, config.HiddenSize, hasBias: true, placement);
        RegisterComponents();
    }

    /// <summary>[N, P, C] -> the same shape.</summary>
    public Tensor Forward(Tensor input_NPC, string stage, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts_NPC = _qkv.forward(input_NPC).chunk(3, -1);
        Tensor query_NHPD = SplitHeads(_queryNorm?.forward(parts_NPC[0]) ?? parts_NPC[0]);
        Tensor key_NHPD = SplitHeads(_keyNorm?.forward(parts_NPC[1]) ?? parts_NPC[1]);
        Tensor value_NHPD = SplitHeads(parts_NPC[2]);
        Tensor context_NHPD;
        if (probe is { Request.WantsEveryHead: true })
        {
            Tensor weights_NHPP = functional.softmax(query_NHPD.mul(Scalars.Of(1 / Math.Sqrt(_headSize))).matmul(key_NHPD.transpose(2, 3)), -1);
            probe.RecordStage(stage + ".attention", weights_NHPP);
            context_NHPD = weights_NHPP.matmul(value_NHPD);
        }
        else
        {
            context_NHPD = functional.scaled_dot_product_attention(query_NHPD, key_NHPD, value_NHPD);
        }

        Tensor context_NPC = context_NHPD.transpose(1, 2).reshape(input_NPC.shape);
        return _projection.forward(context_NPC).MoveToOuterDisposeScope();
    }

    private Tensor SplitHeads(Tensor input_NPC) =>
        input_NPC.reshape(input_NPC.shape[0], input_NPC.shape[1], _heads, _headSize).transpose(1, 2);
}
