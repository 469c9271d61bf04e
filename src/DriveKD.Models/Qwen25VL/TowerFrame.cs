using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Qwen25VL;

/// <summary>What all blocks of one pass share: the order of the units, rotary angles, and who attends to whom. Made once for the pass.</summary>
/// <remarks>Shapes: U units, P patches, C channels of a patch, M channels of a unit, A angles of a patch.</remarks>
internal sealed class TowerFrame : IDisposable
{
    private readonly long _patchesPerUnit;

    // Both null where window order is the natural one.
    private readonly Tensor? _order_U;
    private readonly Tensor? _places_U;

    /// <param name="config">The tower.</param>
    /// <param name="grids">Pictures that follow each other.</param>
    /// <param name="device">Where the blocks compute.</param>
    /// <param name="probe">Taps, or null.</param>
    public TowerFrame(Qwen25VLVisionConfig config, IReadOnlyList<PatchGrid> grids, Device device, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        _patchesPerUnit = config.PatchesPerUnit;
        WindowOrder order = WindowOrder.Of(grids, config);
        if (!order.Units.SequenceEqual(order.Units.Order()))
        {
            _order_U = tensor([.. order.Units], ScalarType.Int64, device).DetachFromDisposeScope();
            _places_U = tensor(order.Places(), ScalarType.Int64, device).DetachFromDisposeScope();
        }

        Tensor angles_PA = PatchAngles.Of(grids, config, device);
        probe?.RecordStage("vision.rotary_angles", angles_PA);
        Tensor ordered_PA = ToWindowOrder(angles_PA);
        Windows = new AttentionGroups(order.WindowLengths, ordered_PA);
        Pictures = new AttentionGroups(order.PictureLengths, ordered_PA);
    }

    /// <summary>For blocks that attend within windows.</summary>
    public AttentionGroups Windows { get; }

    /// <summary>For blocks that attend within whole pictures.</summary>
    public AttentionGroups Pictures { get; }

    /// <summary>[P, C] in natural order -> in window order, a tensor of its own.</summary>
    public Tensor ToWindowOrder(Tensor natural_PC)
    {
        if (_order_U is null)
        {
            return natural_PC.alias();
        }

        using DisposeScope scope = NewDisposeScope();
        // A unit's patches stay together.
        Tensor units_UM = natural_PC.reshape(natural_PC.shape[0] / _patchesPerUnit, -1);
        return units_UM.index_select(0, _order_U).reshape(natural_PC.shape).MoveToOuterDisposeScope();
    }

    /// <summary>[P, C] in window order -> units [U, M] in natural order, a tensor of its own.</summary>
    public Tensor ToUnits(Tensor hidden_PC)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor units_UM = hidden_PC.reshape(hidden_PC.shape[0] / _patchesPerUnit, -1);
        return (_places_U is null ? units_UM : units_UM.index_select(0, _places_U)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _order_U?.Dispose();
        _places_U?.Dispose();
        Windows.Dispose();
        Pictures.Dispose();
    }
}
