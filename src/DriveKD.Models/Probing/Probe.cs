using static TorchSharp.torch;

namespace DriveKD.Models.Probing;

/// <summary>
/// Collects what a <see cref="ProbeRequest"/> asks of one forward pass. Owns the tensors it collects: dispose it when they
/// are no longer needed. Attention maps and hidden states keep their gradient history; recorded stages do not.
/// </summary>
/// <remarks>Shapes: B batch, H heads, T queries, S keys, C channels.</remarks>
public sealed class Probe : IDisposable
{
    private readonly Dictionary<int, Tensor> _attention = [];
    private readonly Dictionary<int, Tensor> _heads = [];
    private readonly Dictionary<int, Tensor> _hidden = [];
    private readonly Dictionary<string, Tensor> _stages = [];

    /// <summary>A probe for one pass.</summary>
    /// <param name="request">What to observe.</param>
    public Probe(ProbeRequest request) => Request = request;

    /// <summary>A probe that holds what others collected for the same request; takes the tensors over.</summary>
    internal Probe(ProbeRequest request, IReadOnlyDictionary<int, Tensor> attention_BTS, IReadOnlyDictionary<int, Tensor> hidden_BTC)
        : this(request) => (_attention, _hidden) = (new(attention_BTS), new(hidden_BTC));

    /// <summary>What is observed.</summary>
    public ProbeRequest Request { get; }

    /// <summary>Head-mean attention maps float32 [B, T, S] by decoder layer, from 0.</summary>
    public IReadOnlyDictionary<int, Tensor> Attention => _attention;

    /// <summary>Every head's attention map float32 [B, H, T, S] by decoder layer, from 0; empty but where <see cref="ProbeRequest.KeepsHeads"/>.</summary>
    public IReadOnlyDictionary<int, Tensor> HeadAttention => _heads;

    /// <summary>Hidden states [B, T, C]: 0 is the embeddings, l the output of layer l (from 1), before the final norm.</summary>
    public IReadOnlyDictionary<int, Tensor> Hidden => _hidden;

    /// <summary>Recorded stages by name (the names of the goldens).</summary>
    public IReadOnlyDictionary<string, Tensor> Stages => _stages;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor tensor in _attention.Values.Concat(_heads.Values).Concat(_hidden.Values).Concat(_stages.Values))
        {
            tensor.Dispose();
        }

        _attention.Clear();
        _heads.Clear();
        _hidden.Clear();
        _stages.Clear();
    }

    /// <summary>Hands over the attention maps and hidden states collected so far: they belong to the caller.</summary>
    internal (IReadOnlyDictionary<int, Tensor> Attention_BTS, IReadOnlyDictionary<int, Tensor> Hidden_BTC) Release()
    {
        (Dictionary<int, Tensor> attention_BTS, Dictionary<int, Tensor> hidden_BTC) = (new(_attention), new(_hidden));
        _attention.Clear();
        _hidden.Clear();
        return (attention_BTS, hidden_BTC);
    }

    internal bool WantsAttention(int layer) => Request.RecordsStages || Request.IsWatched || Request.AttentionLayers.Contains(layer);

    /// <summary>Nothing of the layers from <paramref name="layer"/> on is wanted.</summary>
    internal bool IsSatisfiedBefore(int layer) =>
        Request.EndsEarly && Request.DeepestAttentionLayer < layer && Request.DeepestHiddenState <= layer;

    /// <summary>Of the layers from <paramref name="layer"/> on only this one's attention map is wanted.</summary>
    internal bool EndsWithMapOf(int layer) =>
        Request.EndsEarly && Request.DeepestAttentionLayer == layer && Request.DeepestHiddenState <= layer;

    internal void AddAttention(int layer, Tensor weights_BHTS)
    {
        Request.Watcher?.OnAttention(layer, weights_BHTS);
        if (Request.RecordsStages)
        {
            RecordStage($"llm.attention.{layer:00}", weights_BHTS);
        }

        if (Request.AttentionLayers.Contains(layer))
        {
            _attention.Add(layer, weights_BHTS.mean([1]).DetachFromDisposeScope());
            if (Request.KeepsHeads)
            {
                _heads.Add(layer, weights_BHTS.alias().DetachFromDisposeScope());
            }
        }
    }

    /// <summary>A map whose heads were never held.</summary>
    internal void AddMeanAttention(int layer, Tensor mean_BTT) => _attention.Add(layer, mean_BTT.DetachFromDisposeScope());

    internal void AddHidden(int index, Tensor hidden_BTC)
    {
        Request.Watcher?.OnHidden(index, hidden_BTC);
        if (Request.RecordsStages)
        {
            RecordStage($"llm.hidden.{index:00}", hidden_BTC);
        }

        if (Request.HiddenStates.Contains(index))
        {
            _hidden.Add(index, hidden_BTC.alias().DetachFromDisposeScope());
        }
    }

    internal void RecordStage(string name, Tensor value)
    {
        if (Request.RecordsStages)
        {
            using Tensor detached = value.detach();
            _stages.Add(name, detached.clone().DetachFromDisposeScope());
        }
    }
}
