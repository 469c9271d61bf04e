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

    /// <summary>Tiles whose tokens follow each other: [R, inputs] -> [R, hidden], to the bit what the tiles give by <see cref="Forward"/>.</summary>
    /// <param name="rows_RC">Whole tiles.</param>
    /// <param name="tokensPerTile">Tokens of each.</param>
    /// <param name="probe">Taps, or null.</param>
    public Tensor ForwardRows(Tensor rows_RC, int tokensPerTile, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        // libtorch rounds the product of a matrix otherwise than that of a batch of matrices.
        return Forward(rows_RC.reshape(-1, tokensPerTile, rows_RC.shape[1]), probe).flatten(0, 1).MoveToOuterDisposeScope();
    }

    private static Tensor Recorded(Tensor value, string stage, Probe? probe)
    {
        probe?.RecordStage("projector." + stage, value);
        return value;
    }
}
