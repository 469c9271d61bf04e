using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Streaming;

/// <summary>A projector whose weights were read for a while.</summary>
/// <param name="weights">Its weights; disposed with it.</param>
/// <param name="forward">[R, D] to [R, C].</param>
internal sealed class LoadedProjector(Module weights, Func<Tensor, Tensor> forward) : IDisposable
{
    /// <summary>What the tower made of pictures, at the decoder's width.</summary>
    public Tensor Forward(Tensor patches_RD) => forward(patches_RD);

    public void Dispose() => weights.Dispose();
}
