using DriveKD.Models.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>The gated MLP of a block: down(silu(gate(x)) * up(x)), with biases.</summary>
internal sealed class TowerMlp : Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")]
    private readonly Linear _gate;

    [ComponentName(Name = "up_proj")]
    private readonly Linear _up;

    [ComponentName(Name = "down_proj")]
    private readonly Linear _down;

    public TowerMlp(Qwen25VLVisionConfig config, Placement placement)
        : base(nameof(TowerMlp))
    {
        _gate = new Linear(config.HiddenSize, config.IntermediateSize, hasBias: true, placement);
        _up = new Linear(config.HiddenSize, config.IntermediateSize, hasBias: true, placement);
        _down = new Linear(config.IntermediateSize, config.HiddenSize, hasBias: true, placement);
        RegisterComponents();
    }

    /// <summary>[patches, channels] -> the same shape.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gated = functional.silu(_gate.forward(input)).mul(_up.forward(input));
        return _down.forward(gated).MoveToOuterDisposeScope();
    }
}
