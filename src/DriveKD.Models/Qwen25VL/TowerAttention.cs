using DriveKD.Models.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Bidirectional self-attention within windows or pictures, with one fused projection for queries, keys and values.</summary>
/// <remarks>Shapes: P patches, S sequences of a batch, L patches of each, H heads, D channels per head, C channels.</remarks>
internal sealed class TowerAttention : Module
{
    private readonly int _heads;
    private readonly int _headSize;

    [ComponentName(Name = "qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "proj")]
    private readonly Linear _projection;

    public TowerAttention(Qwen25VLVisionConfig config, Placement placement)
        : base(nameof(TowerAttention))
    {
        (_heads, _headSize) = (config.Heads, config.HeadSize);
        _qkv = new Linear(config.HiddenSize, 3 * config.HiddenSize, hasBias: true, placement);
        _projection = new Linear(config.HiddenSize, config.HiddenSize, hasBias: true, placement);
        RegisterComponents();
    }

    /// <summary>[P, C] -> the same shape. No map is held: a fused kernel forms the weights.</summary>
    public Tensor Forward(Tensor input_PC, AttentionGroups groups)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor qkv_P3HD = _qkv.forward(groups.Gather(input_PC)).reshape(-1, 3, _heads, _headSize);
        Tensor turned_P2HD = groups.Rotate(qkv_P3HD.narrow(1, 0, 2));
        (Tensor query_PHD, Tensor key_PHD, Tensor value_PHD) = (turned_P2HD.select(1, 0), turned_P2HD.select(1, 1), qkv_P3HD.select(1, 2));
        List<Tensor> contexts_PC = [];
        foreach (SequenceBatch batch in groups.Batches)
        {
            Tensor context_SHLD = functional.scaled_dot_product_attention(
                Sequences_SHLD(query_PHD, batch), Sequences_SHLD(key_PHD, batch), Sequences_SHLD(value_PHD, batch));
            contexts_PC.Add(context_SHLD.transpose(1, 2).reshape(batch.Patches, _heads * _headSize));
        }

        Tensor context_PC = contexts_PC.Count == 1 ? contexts_PC[0] : cat(contexts_PC, 0);
        return groups.Restore(_projection.forward(context_PC)).MoveToOuterDisposeScope();
    }

    private static Tensor Sequences_SHLD(Tensor input_PHD, SequenceBatch batch) => input_PHD.narrow(0, batch.Start, batch.Patches)
        .reshape(batch.Count, batch.Length, input_PHD.shape[1], input_PHD.shape[2]).transpose(1, 2);
}
