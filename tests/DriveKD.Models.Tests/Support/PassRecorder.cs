using DriveKD.Models.Probing;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Support;

/// <summary>A watcher that keeps copies of all that it is shown, in the scope of the one who reads them.</summary>
internal sealed class PassRecorder : IPassWatcher, IDisposable
{
    /// <summary>h and the index of a hidden state, a and the layer of an attention map, as they came.</summary>
    public List<string> Order { get; } = [];

    public Dictionary<int, Tensor> Attention_BHTS { get; } = [];

    public Dictionary<int, Tensor> Hidden_BTC { get; } = [];

    public void OnAttention(int layer, Tensor weights_BHTS)
    {
        Order.Add($"a{layer}");
        Attention_BHTS.Add(layer, weights_BHTS.clone().DetachFromDisposeScope());
    }

    public void OnHidden(int index, Tensor hidden_BTC)
    {
        Order.Add($"h{index}");
        Hidden_BTC.Add(index, hidden_BTC.clone().DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (Tensor tensor in Attention_BHTS.Values.Concat(Hidden_BTC.Values))
        {
            tensor.Dispose();
        }
    }
}
