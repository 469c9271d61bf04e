using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>InternViT, both kinds: 300M (LayerNorm, biases) and 6B (RMSNorm, query and key norms).</summary>
internal sealed class VisionTower : Module
{
    private readonly int _layers;

    [ComponentName(Name = "embeddings")]
    private readonly VisionEmbeddings _embeddings;

    [ComponentName(Name = "encoder")]
    private readonly VisionEncoder _encoder;

    public VisionTower(VisionTowerConfig config, Placement placement)
        : base(nameof(VisionTower))
    {
        _layers = config.Layers;
        _embeddings = new VisionEmbeddings(config, placement);
        _encoder = new VisionEncoder(config, placement);
        RegisterComponents();
    }

    /// <summary>Pixels [N, 3, height, width] -> hidden state <paramref name="selectLayer"/> [N, 1 + P, C].</summary>
    /// <param name="pixels">Normalised pixels in the tower's dtype.</param>
    /// <param name="selectLayer">0 is the embeddings, l the output of block l (from 1); negative counts from the end.</param>
    /// <param name="probe">Taps, or null.</param>
    public Tensor Forward(Tensor pixels, int selectLayer, Probe? probe)
    {
        using Tensor embedded_NPC = _embeddings.forward(pixels);
        probe?.RecordStage("vit.embeddings", embedded_NPC);
        int depth = selectLayer >= 0 ? selectLayer : _layers + 1 + selectLayer;
        return _encoder.Forward(embedded_NPC, depth, probe);
    }
}
