using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>Shuffled patches to the decoder's width: LayerNorm, linear, exact GELU, linear; <c>mlp1</c> in checkpoints.</summary>
internal sealed class Projector : Module
{
    // torch's default: the reference passes none.
    private const double NormEpsilon = 1e-5;

    [ComponentName(Name = "0")]
    private readonly Layers.LayerNorm _norm;

    [ComponentName(Name = "1")]
    private readonly Linear _first;

    [ComponentName(Name = "3")]
    private readonly Linear _second;

    public Projector(int inputs, int hiddenSize, Placement placement)
        : base(nameof(Projector))
    {
        _norm = new Layers.LayerNorm(inputs, NormEpsilon, placement);
        _first = new Linear(inputs, hiddenSize, hasBias: true, placement);
        _second = new Linear(hiddenSize, hiddenSize, hasBias: true, placement);
        RegisterComponents();
    }

    /// <summary>[N, tokens, inputs] -> [N, tokens, hidden].</summary>
    public Tensor Forward(Tensor shuffled_NPC, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normed_NPC = Recorded(_norm.forward(shuffled_NPC), "layernorm", probe);
        Tensor activated_NPC = Recorded(functional.gelu(Recorded(_first.forward(normed_NPC), "linear_1", probe)), "gelu", probe);
        return Recorded(_second.forward(activated_NPC), "out", probe).MoveToOuterDisposeScope();
    }

    private static Tensor Recorded(Tensor value, string stage, Probe? probe)
    {
        probe?.RecordStage("projector." + stage, value);
        return value;
    }
}
