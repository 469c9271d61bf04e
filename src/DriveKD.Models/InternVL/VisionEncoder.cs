using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>The blocks of the vision tower: <c>vision_model.encoder</c> in checkpoints.</summary>
internal sealed class VisionEncoder : Module
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<VisionBlock> _blocks;

    public VisionEncoder(VisionTowerConfig config, Placement placement)
        : base(nameof(VisionEncoder))
    {
        _blocks = new ModuleList<VisionBlock>(Enumerable.Range(0, config.Layers).Select(i => new VisionBlock(config, i, placement)).ToArray());
        RegisterComponents();
    }

    /// <summary>Runs the first <paramref name="depth"/> blocks: [N, P, C] -> the same shape, a tensor of its own.</summary>
    public Tensor Forward(Tensor tokens_NPC, int depth, Probe? probe)
    {
        Tensor hidden_NPC = tokens_NPC.alias();
        for (int i = 0; i < depth; i++)
        {
            Tensor next_NPC = _blocks[i].Forward(hidden_NPC, probe);
            hidden_NPC.Dispose();
            hidden_NPC = next_NPC;
        }

        return hidden_NPC;
    }
}
