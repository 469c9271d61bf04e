using DriveKD.Models.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>What turns patches to vectors: <c>patch_embed</c> in checkpoints, where the projection has a name of its own.</summary>
internal sealed class PatchStem : Module<Tensor, Tensor>
{
    [ComponentName(Name = "proj")]
    private readonly PatchProjection _projection;

    public PatchStem(Qwen25VLVisionConfig config, Placement placement)
        : base(nameof(PatchStem))
    {
        _projection = new PatchProjection(config, placement);
        RegisterComponents();
    }

    /// <summary>[patches, pixel values] -> [patches, channels].</summary>
    public override Tensor forward(Tensor input) => _projection.forward(input);
}
