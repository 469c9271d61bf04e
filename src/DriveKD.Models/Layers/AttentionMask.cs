using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// Which keys a query may see: those before it and itself, never padding. A padding query sees itself, so that no row is empty.
/// </summary>
/// <remarks>Shapes: B batch, T queries, S keys (T new ones behind S - T cached ones), R rows of the heads that share keys.</remarks>
internal sealed class AttentionMask : IDisposable
{
    private readonly long _queries;
    private readonly long _keys;
    private readonly Device _device;
    private readonly Tensor? _padding_BS;
    private Tensor? _allowed_B1TS;
    private Tensor? _bias_1RS;

    /// <param name="queries">T.</param>
    /// <param name="keys">S, at least T.</param>
    /// <param name="device">Where the mask lies.</param>
    /// <param name="isPadding_BS">true where a key is padding; null where none is.</param>
    public AttentionMask(long queries, long keys, Device device, bool[,]? isPadding_BS = null)
    {
        (_queries, _keys, _device) = (queries, keys, device);
        if (isPadding_BS is not null)
        {
            using Tensor flags = tensor(isPadding_BS);
            _padding_BS = flags.to(device, copy: true).DetachFromDisposeScope();
        }
    }

    /// <summary>Nothing but causality: fused kernels need no explicit mask.</summary>
    public bool IsPurelyCausal => _padding_BS is null && _queries == _keys;

    /// <summary>One new token that sees every key: no mask at all.</summary>
    public bool SeesEverything => _padding_BS is null && _queries == 1;

    /// <summary>true where a query may see a key: bool [B or 1, 1, T, S], built on first use and owned by the mask.</summary>
    public Tensor Allowed_B1TS => _allowed_B1TS ??= Build();

    /// <summary>
    /// What causality alone adds to scores, float32 [1, R, S]: 0 where a query sees a key, else minus infinity, the T queries once for each of
    /// the heads that share keys (R = T times heads). Built on first use and owned by the mask, which serves layers of one kind.
    /// </summary>
    /// <param name="heads">Query heads per key head, the same at every call.</param>
    public Tensor CausalBias_1RS(int heads)
    {
        if (_bias_1RS is null)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            Tensor hidden_TS = Allowed_B1TS.logical_not().reshape(_queries, _keys);
            Tensor bias_TS = zeros([_queries, _keys], ScalarType.Float32, _device).masked_fill(hidden_TS, Scalars.Of(double.NegativeInfinity));
            _bias_1RS = bias_TS.repeat(heads, 1).unsqueeze(0).DetachFromDisposeScope();
        }

        return _bias_1RS;
    }

    public void Dispose()
    {
        _bias_1RS?.Dispose();
        _padding_BS?.Dispose();
        _allowed_B1TS?.Dispose();
    }

    private Tensor Build()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor query_T1 = Ranges.Of(_keys - _queries, _keys, 1, _device).unsqueeze(1);
        Tensor key_1S = Ranges.Of(0, _keys, 1, _device).unsqueeze(0);
        Tensor allowed = key_1S.le(query_T1).unsqueeze(0).unsqueeze(0);
        if (_padding_BS is not null)
        {
            Tensor visible_B11S = _padding_BS.logical_not().unsqueeze(1).unsqueeze(1);
            Tensor self_11TS = key_1S.eq(query_T1).unsqueeze(0).unsqueeze(0);
            allowed = allowed.logical_and(visible_B11S).logical_or(self_11TS);
        }

        return allowed.DetachFromDisposeScope();
    }
}
