using DriveKD.Models.Kernels;
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

    public SwiGlu(int hiddenSize, int intermediateSize, Placement placement, DecodeKernels kernels)
        : base(nameof(SwiGlu))
    {
        _gate = new Linear(hiddenSize, intermediateSize, hasBias: false, placement, kernels);
        _up = new Linear(hiddenSize, intermediateSize, hasBias: false, placement, kernels);
        _down = new Linear(intermediateSize, hiddenSize, hasBias: false, placement, kernels);
        RegisterComponents();
    }

    /// <summary>What decides how much of the other passes.</summary>
    public Linear Gate => _gate;

    /// <summary>The other.</summary>
    public Linear Up => _up;

    /// <summary>Back to the hidden size.</summary>
    public Linear Down => _down;

    /// <summary>[B, T, hidden] -> the same shape.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gated = functional.silu(_gate.forward(input)).mul(_up.forward(input));
        return _down.forward(gated).MoveToOuterDisposeScope();
    }
}
