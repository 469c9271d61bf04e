using DriveKD.Models.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>A convolution whose stride is its kernel: one vector per patch.</summary>
internal sealed class PatchEmbedding : Module<Tensor, Tensor>
{
    private readonly long[] _stride;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    public PatchEmbedding(VisionTowerConfig config, Placement placement)
        : base(nameof(PatchEmbedding))
    {
        _stride = [config.PatchSize, config.PatchSize];
        _weight = placement.CreateParameter(config.HiddenSize, 3, config.PatchSize, config.PatchSize);
        _bias = placement.CreateParameter(config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>[N, 3, height, width] -> [N, C, rows, columns].</summary>
    public override Tensor forward(Tensor pixels) => functional.conv2d(pixels, _weight, _bias, strides: _stride);
}
