using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// What all decoder layers of one pass share: positions and mask. Runs them one by one, as far as the pass needs them. The mask is made for the
/// first layer that runs here: single tokens that the project's kernels compute need none.
/// </summary>
/// <remarks>Shapes: B batch, T new tokens, C channels.</remarks>
internal sealed class DecoderFrame : IDisposable
{
    private readonly RotaryEmbedding _rope;
    private readonly Func<AttentionMask> _createMask;
    private AttentionMask? _mask;

    /// <param name="config">The decoder.</param>
    /// <param name="positions">Positions and padding.</param>
    /// <param name="queries">T.</param>
    /// <param name="cached">Tokens before those, whose keys and values are cached.</param>
    /// <param name="device">Where the layers compute.</param>
    /// <param name="dtype">The activations' dtype.</param>
    public DecoderFrame(LanguageModelConfig config, SequencePositions positions, long queries, long cached, Device device, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor positions_BT = positions.ToTensor(device);
        _rope = RotaryEmbedding.Create(config, positions_BT, positions.Highest, dtype);
        _createMask = () => new AttentionMask(queries, cached + queries, device, positions.IsPadding_BS);
    }

    /// <summary>The rotation of the pass's positions; stays owned here.</summary>
    public RotaryEmbedding Rope => _rope;

    /// <summary>Records the rotary table.</summary>
    /// <param name="probe">Taps, or null.</param>
    public void Record(Probe? probe)
    {
        if (probe is { Request.RecordsStages: true })
        {
            using Tensor cosine_BTD = _rope.Cosine_B1TD.squeeze(1);
            using Tensor sine_BTD = _rope.Sine_B1TD.squeeze(1);
            probe.RecordStage("llm.rope_cos", cosine_BTD);
            probe.RecordStage("llm.rope_sin", sine_BTD);
        }
    }

    /// <summary>Runs a layer, as far as the probe still wants anything of it.</summary>
    /// <param name="layer">The next layer.</param>
    /// <param name="hidden_BTC">The output of the layer before.</param>
    /// <param name="cache">Earlier keys and values, or null.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[B, T, C], in the caller's scope; null where the pass ends before the layer, or with its attention map.</returns>
    public Tensor? Run(DecoderLayer layer, Tensor hidden_BTC, KeyValueCache? cache, Probe? probe)
    {
        if (probe is not null && probe.IsSatisfiedBefore(layer.Index))
        {
            return null;
        }

        _mask ??= _createMask();
        if (probe is not null && probe.EndsWithMapOf(layer.Index))
        {
            layer.TapOnly(hidden_BTC, _rope, _mask, probe);
            return null;
        }

        Tensor next_BTC = layer.Forward(hidden_BTC, _rope, _mask, cache, probe);
        probe?.AddHidden(layer.Index + 1, next_BTC);
        return next_BTC;
    }

    public void Dispose()
    {
        _rope.Dispose();
        _mask?.Dispose();
    }
}
