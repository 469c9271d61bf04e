using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>One block of the vision tower: x += ls1 * attention(norm1(x)); x += ls2 * mlp(norm2(x)). Drop path is never applied.</summary>
internal sealed class VisionBlock : Module
{
    private readonly string _stage;

    [ComponentName(Name = "attn")]
    private readonly VisionAttention _attention;

    [ComponentName(Name = "mlp")]
    private readonly VisionMlp _mlp;

    [ComponentName(Name = "norm1")]
    private readonly Module<Tensor, Tensor> _norm1;

    [ComponentName(Name = "norm2")]
    private readonly Module<Tensor, Tensor> _norm2;

    [ComponentName(Name = "ls1")]
    private readonly Parameter _scale1;

    [ComponentName(Name = "ls2")]
    private readonly Parameter _scale2;

    public VisionBlock(VisionTowerConfig config, int index, Placement placement)
        : base(nameof(VisionBlock))
    {
        _stage = $"vit.block{index:00}";
        _attention = new VisionAttention(config, placement);
        _mlp = new VisionMlp(config, placement);
        Module<Tensor, Tensor> CreateNorm() => config.Norm == NormKind.RmsNorm
            ? new RmsNorm(config.HiddenSize, config.NormEpsilon, placement)
            : new Layers.LayerNorm(config.HiddenSize, config.NormEpsilon, placement);
        _norm1 = CreateNorm();
        _norm2 = CreateNorm();
        _scale1 = placement.CreateParameter(config.HiddenSize);
        _scale2 = placement.CreateParameter(config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>[N, P, C] -> the same shape.</summary>
    public Tensor Forward(Tensor input_NPC, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normed_NPC = Recorded(_norm1.forward(input_NPC), ".norm1", probe);
        Tensor attended_NPC = Recorded(_attention.Forward(normed_NPC, _stage, probe), ".attention_out", probe);
        Tensor middle_NPC = input_NPC.Plus(attended_NPC.mul(_scale1));
        Tensor mlp_NPC = Recorded(_mlp.forward(_norm2.forward(middle_NPC)), ".mlp_out", probe);
        return Recorded(middle_NPC.Plus(mlp_NPC.mul(_scale2)), string.Empty, probe).MoveToOuterDisposeScope();
    }

    private Tensor Recorded(Tensor value, string part, Probe? probe)
    {
        probe?.RecordStage(_stage + part, value);
        return value;
    }
}
