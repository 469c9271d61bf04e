using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>One block of the tower: x += attention(norm1(x)); x += mlp(norm2(x)).</summary>
/// <remarks>Shapes: P patches in window order, C channels.</remarks>
internal sealed class TowerBlock : Module
{
    private readonly int _index;
    private readonly bool _attendsFully;

    [ComponentName(Name = "norm1")]
    private readonly RmsNorm _norm1;

    [ComponentName(Name = "norm2")]
    private readonly RmsNorm _norm2;

    [ComponentName(Name = "attn")]
    private readonly TowerAttention _attention;

    [ComponentName(Name = "mlp")]
    private readonly TowerMlp _mlp;

    public TowerBlock(Qwen25VLVisionConfig config, int index, Placement placement)
        : base(nameof(TowerBlock))
    {
        (_index, _attendsFully) = (index, config.FullAttentionBlocks.Contains(index));
        _norm1 = new RmsNorm(config.HiddenSize, config.NormEpsilon, placement);
        _norm2 = new RmsNorm(config.HiddenSize, config.NormEpsilon, placement);
        _attention = new TowerAttention(config, placement);
        _mlp = new TowerMlp(config, placement);
        RegisterComponents();
    }

    /// <summary>[P, C] -> the same shape.</summary>
    public Tensor Forward(Tensor input_PC, TowerFrame frame, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normed_PC = _norm1.forward(input_PC);
        Tensor attended_PC = _attention.Forward(normed_PC, _attendsFully ? frame.Pictures : frame.Windows);
        Tensor middle_PC = input_PC.Plus(attended_PC);
        Tensor output_PC = middle_PC.Plus(_mlp.forward(_norm2.forward(middle_PC)));
        if (_index == 0)
        {
            // The goldens have the parts of the first block only.
            probe?.RecordStage("vision.block0.norm1", normed_PC);
            probe?.RecordStage("vision.block0.attention_branch", attended_PC);
        }

        probe?.RecordStage($"vision.block{_index}.output", output_PC);
        return output_PC.MoveToOuterDisposeScope();
    }
}
