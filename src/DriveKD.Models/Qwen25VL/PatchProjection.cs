using DriveKD.Models.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Pixels of patches to vectors. Checkpoints hold a convolution; its stride is its kernel, so that it is a matrix product.</summary>
/// <remarks>Shapes: P patches, X pixel values of a patch, C channels.</remarks>
internal sealed class PatchProjection : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public PatchProjection(Qwen25VLVisionConfig config, Placement placement)
        : base(nameof(PatchProjection))
    {
        _weight = placement.CreateParameter(config.HiddenSize, 3, config.TemporalPatchSize, config.PatchSize, config.PatchSize);
        RegisterComponents();
    }

    /// <summary>[P, X] of any dtype and on any device -> [P, C].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional.linear(input.to(_weight.dtype, _weight.device), _weight.flatten(1)).MoveToOuterDisposeScope();
    }
}
