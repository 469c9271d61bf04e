using DriveKD.Models.Kernels;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>
/// Causal self-attention in which several query heads share one key and value head. Short sequences in training form the weights, and so do
/// passes that want every head's; elsewhere the fused kernel attends, and a tapped map is formed beside it by <see cref="HeadMeanAttention"/>.
/// </summary>
/// <remarks>Shapes: B batch, T queries, S keys, H query heads, K key heads, D channels per head, C channels.</remarks>
internal sealed class GroupedQueryAttention : Module
{
    private readonly int _heads;
    private readonly int _keyValueHeads;
    private readonly int _headSize;

    [ComponentName(Name = "q_proj")]
    private readonly Linear _query;

    [ComponentName(Name = "k_proj")]
    private readonly Linear _key;

    [ComponentName(Name = "v_proj")]
    private readonly Linear _value;

    [ComponentName(Name = "o_proj")]
    private readonly Linear _output;

    public GroupedQueryAttention(LanguageModelConfig config, Placement placement, DecodeKernels kernels)
        : base(nameof(GroupedQueryAttention))
    {
        (_heads, _keyValueHeads, _headSize) = (config.Heads, config.KeyValueHeads, config.HeadSize);
        _query = new Linear(config.HiddenSize, _heads * _headSize, hasBias: true, placement, kernels);
        _key = new Linear(config.HiddenSize, _keyValueHeads * _headSize, hasBias: true, placement, kernels);
        _value = new Linear(config.HiddenSize, _keyValueHeads * _headSize, hasBias: true, placement, kernels);
        _output = new Linear(_heads * _headSize, config.HiddenSize, hasBias: false, placement, kernels);
        RegisterComponents();
    }

    /// <summary>To the queries of all heads.</summary>
    public Linear Query => _query;

    /// <summary>To the keys.</summary>
    public Linear Key => _key;

    /// <summary>To the values.</summary>
    public Linear Value => _value;

    /// <summary>From the contexts of all heads.</summary>
    public Linear Output => _output;

    /// <summary>The decoder layer that it belongs to, from 0.</summary>
    public int Layer { get; set; }

    /// <summary>Attends and projects.</summary>
    /// <param name="input_BTC">Normalised hidden states.</param>
    /// <param name="rope">Rotation of the T positions.</param>
    /// <param name="mask">Which of the S keys each query sees.</param>
    /// <param name="cache">Earlier keys and values; this call's are appended.</param>
    /// <param name="probe">Taps; null where nothing is observed.</param>
    /// <returns>[B, T, C].</returns>
    public Tensor Forward(Tensor input_BTC, RotaryEmbedding rope, AttentionMask mask, KeyValueCache? cache, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor query_BHTD = RotatedQuery(input_BTC, rope, probe);
        Tensor key_BKSD = RotatedKey(input_BTC, rope, probe);
        Tensor value_BKSD = SplitHeads(Recorded(_value.forward(input_BTC), "v_proj", probe), _keyValueHeads);
        if (cache is not null)
        {
            (key_BKSD, value_BKSD) = cache.Append(Layer, key_BKSD, value_BKSD);
        }

        bool isTapped = probe is not null && probe.WantsAttention(Layer);
        if (IsFormed(query_BHTD, mask) && (isTapped || query_BHTD.requires_grad))
        {
            Tensor weights_NRS = GroupedWeights(query_BHTD, key_BKSD, mask);
            if (isTapped)
            {
                probe!.AddAttention(Layer, Ungrouped(weights_NRS, query_BHTD));
            }

            Tensor value_NSD = value_BKSD.reshape(-1, value_BKSD.shape[2], _headSize);
            return Projected(Ungrouped(weights_NRS.bmm(value_NSD), query_BHTD), input_BTC, probe).MoveToOuterDisposeScope();
        }

        Tensor key_BHSD = RepeatHeads(key_BKSD);
        Tensor value_BHSD = RepeatHeads(value_BKSD);
        Tensor context_BHTD;
        bool isFormedBeside = isTapped && IsFormedBeside(mask, probe!);
        if (isFormedBeside)
        {
            probe!.AddMeanAttention(Layer, HeadMeanAttention.Of(query_BHTD, key_BKSD, probe.Request.RowsOf(Layer)));
        }

        if (isTapped && !isFormedBeside)
        {
            Tensor weights_BHTS = Weights(query_BHTD, key_BHSD, mask);
            probe!.AddAttention(Layer, weights_BHTS);
            context_BHTD = weights_BHTS.to_type(value_BHSD.dtype).matmul(value_BHSD);
        }
        else if (mask.IsPurelyCausal || mask.SeesEverything)
        {
            context_BHTD = functional.scaled_dot_product_attention(query_BHTD, key_BHSD, value_BHSD, is_casual: !mask.SeesEverything);
        }
        else
        {
            context_BHTD = functional.scaled_dot_product_attention(query_BHTD, key_BHSD, value_BHSD, mask.Allowed_B1TS);
        }

        return Projected(context_BHTD, input_BTC, probe).MoveToOuterDisposeScope();
    }

    /// <summary>Forms the tapped map alone: queries and keys, no values and no output.</summary>
    public void TapOnly(Tensor input_BTC, RotaryEmbedding rope, AttentionMask mask, Probe probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor query_BHTD = RotatedQuery(input_BTC, rope, probe);
        Tensor key_BKTD = RotatedKey(input_BTC, rope, probe);
        if (!IsFormed(query_BHTD, mask) && IsFormedBeside(mask, probe))
        {
            probe.AddMeanAttention(Layer, HeadMeanAttention.Of(query_BHTD, key_BKTD, probe.Request.RowsOf(Layer)));
            return;
        }

        probe.AddAttention(
            Layer,
            IsFormed(query_BHTD, mask)
                ? Ungrouped(GroupedWeights(query_BHTD, key_BKTD, mask), query_BHTD)
                : Weights(query_BHTD, RepeatHeads(key_BKTD), mask));
    }

    private Tensor RotatedQuery(Tensor input_BTC, RotaryEmbedding rope, Probe? probe) =>
        Recorded(rope.RotateHeads(Recorded(_query.forward(input_BTC), "q_proj", probe), _heads), "q_rope", probe);

    private Tensor RotatedKey(Tensor input_BTC, RotaryEmbedding rope, Probe? probe) =>
        Recorded(rope.RotateHeads(Recorded(_key.forward(input_BTC), "k_proj", probe), _keyValueHeads), "k_rope", probe);

    private Tensor Projected(Tensor context_BHTD, Tensor input_BTC, Probe? probe)
    {
        Tensor context_BTC = context_BHTD.transpose(1, 2).reshape(input_BTC.shape[0], input_BTC.shape[1], _heads * _headSize);
        return Recorded(_output.forward(Recorded(context_BTC, "attention_context", probe)), "o_proj", probe);
    }

    private static bool IsFormed(Tensor query_BHTD, AttentionMask mask) =>
        mask.IsPurelyCausal && TappedMaps.AreFormed(query_BHTD.dtype, query_BHTD.shape[2]);

    private static bool IsFormedBeside(AttentionMask mask, Probe probe) => mask.IsPurelyCausal && !probe.Request.WantsEveryHead;

    /// <summary>
    /// <see cref="Weights"/> without a mask of their own size and without repeated keys: [N, R, S] in float32, N = B K, R the queries of the
    /// heads that share a key head, head after head.
    /// </summary>
    private Tensor GroupedWeights(Tensor query_BHTD, Tensor key_BKSD, AttentionMask mask)
    {
        (long batch, long tokens) = (query_BHTD.shape[0], query_BHTD.shape[2]);
        int group = _heads / _keyValueHeads;
        Tensor query_NRD = query_BHTD.reshape(batch * _keyValueHeads, group * tokens, _headSize);
        Tensor key_NSD = key_BKSD.reshape(batch * _keyValueHeads, tokens, _headSize);
        Tensor scores_NRS = query_NRD.baddbmm(key_NSD.transpose(1, 2), mask.CausalBias_1RS(group), alpha: (float)(1 / Math.Sqrt(_headSize)));
        return functional.softmax(scores_NRS, -1);
    }

    /// <summary>[N, R, any] -> [B, H, T, any].</summary>
    private Tensor Ungrouped(Tensor values_NRX, Tensor query_BHTD) => values_NRX.reshape(query_BHTD.shape[0], _heads, query_BHTD.shape[2], -1);

    /// <summary>Post-softmax weights [B, H, T, S] in float32, whatever the activations' dtype.</summary>
    private Tensor Weights(Tensor query_BHTD, Tensor key_BHSD, AttentionMask mask)
    {
        Tensor scores_BHTS = query_BHTD.matmul(key_BHSD.transpose(2, 3)).mul(Scalars.Of(1 / Math.Sqrt(_headSize)));
        // float32: a softmax over thousands of keys in bfloat16 loses the small weights that distillation compares.
        Tensor masked_BHTS = scores_BHTS.to_type(ScalarType.Float32).masked_fill(mask.Allowed_B1TS.logical_not(), Scalars.Of(double.NegativeInfinity));
        return functional.softmax(masked_BHTS, -1);
    }

    private Tensor SplitHeads(Tensor input_BTC, int heads) =>
        input_BTC.reshape(input_BTC.shape[0], input_BTC.shape[1], heads, _headSize).transpose(1, 2);

    /// <summary>Query head h uses key head h / (H / K): each key head is repeated for consecutive query heads.</summary>
    private Tensor RepeatHeads(Tensor input_BKSD)
    {
        int group = _heads / _keyValueHeads;
        if (group == 1)
        {
            return input_BKSD;
        }

        long batch = input_BKSD.shape[0];
        long keys = input_BKSD.shape[2];
        return input_BKSD.unsqueeze(2).expand(batch, _keyValueHeads, group, keys, _headSize).reshape(batch, _heads, keys, _headSize);
    }

    private Tensor Recorded(Tensor value, string stage, Probe? probe)
    {
        probe?.RecordStage($"llm.layer{Layer:00}.{stage}", value);
        return value;
    }
}
