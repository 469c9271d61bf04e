using DriveKD.Models.Layers;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>Patches to tokens: convolution, class token in front, position embedding added.</summary>
/// <remarks>Shapes: N tiles, P patches, C channels.</remarks>
internal sealed class VisionEmbeddings : Module<Tensor, Tensor>
{
    private readonly VisionTowerConfig _config;

    [ComponentName(Name = "class_embedding")]
    private readonly Parameter _class_11C;

    [ComponentName(Name = "position_embedding")]
    private readonly Parameter _position_1PC;

    [ComponentName(Name = "patch_embedding")]
    private readonly PatchEmbedding _patches;

    public VisionEmbeddings(VisionTowerConfig config, Placement placement)
        : base(nameof(VisionEmbeddings))
    {
        _config = config;
        _class_11C = placement.CreateParameter(1, 1, config.HiddenSize);
        _position_1PC = placement.CreateParameter(1, (config.GridSize * config.GridSize) + 1, config.HiddenSize);
        _patches = new PatchEmbedding(config, placement);
        RegisterComponents();
    }

    /// <summary>Pixels [N, 3, height, width] -> [N, 1 + P, C].</summary>
    public override Tensor forward(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor grid_NChw = _patches.forward(pixels);
        long tiles = grid_NChw.shape[0];
        Tensor position_1PC = PositionsFor(grid_NChw.shape[2], grid_NChw.shape[3]);
        Tensor patches_NPC = grid_NChw.flatten(2).transpose(1, 2);
        Tensor tokens_NPC = cat([_class_11C.expand(tiles, 1, -1), patches_NPC], 1);
        return tokens_NPC.Plus(position_1PC).MoveToOuterDisposeScope();
    }

    /// <summary>The stored positions, or for another grid their bicubic resize (float32, not antialiased, class position kept).</summary>
    private Tensor PositionsFor(long rows, long columns)
    {
        int side = _config.GridSize;
        if (rows == side && columns == side)
        {
            return _position_1PC;
        }

        Tensor class_11C = _position_1PC.narrow(1, 0, 1);
        Tensor stored_1Cgg = _position_1PC.narrow(1, 1, (long)side * side).to_type(ScalarType.Float32)
            .reshape(1, side, side, -1).permute(0, 3, 1, 2);
        Tensor resized_1Chw = functional.interpolate(stored_1Cgg, [rows, columns], mode: InterpolationMode.Bicubic, align_corners: false);
        Tensor patches_1PC = resized_1Chw.reshape(1, -1, rows * columns).permute(0, 2, 1).to_type(_position_1PC.dtype);
        return cat([class_11C, patches_1PC], 1);
    }
}
