using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>
/// The vision tower of Qwen2.5-VL, what checkpoints have under <c>visual</c>. Pictures keep their size: a pass takes the patches of any number
/// of pictures, one after the other. Most blocks attend within windows, some within a whole picture, none across pictures.
/// </summary>
/// <remarks>
/// Shapes: P patches, X pixel values of a patch, U units (squares of patches), C channels of a patch, M of a unit, O of the decoder.
/// </remarks>
internal sealed class Qwen25VLTower : Module
{
    private readonly Qwen25VLVisionConfig _config;
    private readonly Placement _placement;

    [ComponentName(Name = "patch_embed")]
    private readonly PatchStem _stem;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TowerBlock> _blocks;

    [ComponentName(Name = "merger")]
    private readonly PatchMerger _merger;

    /// <param name="config">Its shape.</param>
    /// <param name="placement">Device and dtype.</param>
    /// <exception cref="ArgumentException">Heads do not divide the channels, or a head's channels cannot be turned by rows and columns.</exception>
    public Qwen25VLTower(Qwen25VLVisionConfig config, Placement placement)
        : base(nameof(Qwen25VLTower))
    {
        // Half of a head's channel pairs turn by rows, half by columns.
        if (config.HiddenSize % config.Heads != 0 || config.HeadSize % 4 != 0)
        {
            throw new ArgumentException(
                $"{config.HiddenSize} channels cannot be cut into {config.Heads} heads of a multiple of 4 channels each.", nameof(config));
        }

        (_config, _placement) = (config, placement);
        _stem = new PatchStem(config, placement);
        _blocks = new ModuleList<TowerBlock>([.. Enumerable.Range(0, config.Layers).Select(i => new TowerBlock(config, i, placement))]);
        _merger = new PatchMerger(config, placement);
        RegisterComponents();
    }

    /// <summary>Everything before the merger: patches [P, X] -> units [U, M], the patches of a unit side by side.</summary>
    /// <param name="patches_PX">
    /// Normalised pixels of any dtype and on any device: unit by unit, units row by row; within a row of the tensor colour, frame, row, column.
    /// </param>
    /// <param name="grids">The pictures' patches, in the order of the rows.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[U, M] in the order of the input, in the tower's dtype.</returns>
    /// <exception cref="ArgumentException">Patches and grids do not fit each other or the config.</exception>
    public Tensor EncodePatches(Tensor patches_PX, IReadOnlyList<PatchGrid> grids, Probe? probe)
    {
        RequireFit(patches_PX, grids);
        using DisposeScope scope = NewDisposeScope();
        using TowerFrame frame = new(_config, grids, _placement.Device, probe);
        Tensor embedded_PC = _stem.forward(patches_PX);
        probe?.RecordStage("vision.patch_embed", embedded_PC);
        Tensor hidden_PC = frame.ToWindowOrder(embedded_PC);
        embedded_PC.Dispose();
        foreach (TowerBlock block in _blocks)
        {
            Tensor next_PC = block.Forward(hidden_PC, frame, probe);
            hidden_PC.Dispose();
            hidden_PC = next_PC;
        }

        return frame.ToUnits(hidden_PC).MoveToOuterDisposeScope();
    }

    /// <summary>The merger: units [U, M] -> what the decoder takes [U, O]. Every unit passes alone.</summary>
    /// <param name="units_UM">What <see cref="EncodePatches"/> gave.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <param name="order">The windows of the units, for stages that are recorded in that order; null leaves those out.</param>
    /// <returns>[U, O] in the order of the input.</returns>
    /// <exception cref="ArgumentException">The units have another shape.</exception>
    public Tensor Merge(Tensor units_UM, Probe? probe, WindowOrder? order = null)
    {
        if (units_UM.dim() != 2 || units_UM.shape[1] != _config.MergedSize || (order is not null && order.Units.Count != units_UM.shape[0]))
        {
            string expected = order is null ? "units" : $"{order.Units.Count}";
            throw new ArgumentException(
                $"The units are [{string.Join(", ", units_UM.shape)}]; [{expected}, {_config.MergedSize}] is expected.", nameof(units_UM));
        }

        return _merger.Forward(units_UM, order, probe);
    }

    private void RequireFit(Tensor patches_PX, IReadOnlyList<PatchGrid> grids)
    {
        foreach (PatchGrid grid in grids)
        {
            _ = grid.Merged(_config.MergeSize);
        }

        long patches = grids.Sum(grid => (long)grid.Patches);
        if (grids.Count == 0 || patches_PX.dim() != 2 || patches_PX.shape[0] != patches || patches_PX.shape[1] != _config.PatchValues)
        {
            throw new ArgumentException(
                $"The patches are [{string.Join(", ", patches_PX.shape)}]; {grids.Count} pictures expect [{patches}, {_config.PatchValues}].",
                nameof(patches_PX));
        }
    }
}
