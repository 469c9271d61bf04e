using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>The gated MLP of a decoder layer: down(silu(gate(x)) * up(x)), no biases.</summary>
internal sealed class SwiGlu : Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")]
    private readonly Linear _gate;

    [ComponentName(Name = "up_proj")]
    private readonly Linear _up;

    [ComponentName(Name = "down_proj")]
    private readonly Linear _down;

    public SwiGlu(int hiddenSize, int intermediateSize, Placement placement)
        : base(nameof(SwiGlu))
    {
        _gate = new Linear(hiddenSize, intermediateSize, hasBias: false, placement);
        _up = new Linear(hiddenSize, intermediateSize, hasBias: false, placement);
        _down = new Linear(intermediateSize, hiddenSize, hasBias: false, placement);
        RegisterComponents();
    }

    /// <summary>[B, T, hidden] -> the same shape.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gated = functional.silu(_gate.forward(input)).mul(_up.forward(input));
        return _down.forward(gated).MoveToOuterDisposeScope();
    }
}
