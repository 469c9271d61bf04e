using DriveKD.Models.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>The MLP of a vision block: linear, exact GELU, linear.</summary>
internal sealed class VisionMlp : Module<Tensor, Tensor>
{
    [ComponentName(Name = "fc1")]
    private readonly Linear _first;

    [ComponentName(Name = "fc2")]
    private readonly Linear _second;

    public VisionMlp(VisionTowerConfig config, Placement placement)
        : base(nameof(VisionMlp))
    {
        _first = new Linear(config.HiddenSize, config.IntermediateSize, hasBias: true, placement);
        _second = new Linear(config.IntermediateSize, config.HiddenSize, hasBias: true, placement);
        RegisterComponents();
    }

    /// <summary>[N, P, C] -> the same shape.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return _second.forward(functional.gelu(_first.forward(input))).MoveToOuterDisposeScope();
    }
}
