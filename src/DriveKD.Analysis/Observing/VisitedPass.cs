using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Observing;

/// <summary>Shows a visitor the only sample of a pass.</summary>
/// <remarks>Shapes: B batch (1), T tokens, C channels, H heads.</remarks>
internal sealed class VisitedPass(ILayerVisitor visitor, CancellationToken cancellation) : IPassWatcher
{
    public void OnAttention(int layer, Tensor weights_BHTS)
    {
        using DisposeScope scope = NewDisposeScope();
        visitor.OnAttention(layer, weights_BHTS.squeeze(0));
    }

    public void OnHidden(int index, Tensor hidden_BTC)
    {
        cancellation.ThrowIfCancellationRequested();
        using DisposeScope scope = NewDisposeScope();
        visitor.OnHidden(index, hidden_BTC.squeeze(0));
    }
}
