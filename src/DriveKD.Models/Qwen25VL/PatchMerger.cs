using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Units to the decoder's width: each patch is normalised alone, then the patches of a unit pass an MLP side by side.</summary>
/// <remarks>Shapes: U units, P patches, M channels of a unit, C channels of a patch, O channels of the decoder.</remarks>
internal sealed class PatchMerger : Module
{
    private readonly int _hiddenSize;
    private readonly int _patchesPerUnit;

    [ComponentName(Name = "ln_q")]
    private readonly RmsNorm _norm;

    [ComponentName(Name = "mlp")]
    private readonly MergerMlp _mlp;

    public PatchMerger(Qwen25VLVisionConfig config, Placement placement)
        : base(nameof(PatchMerger))
    {
        (_hiddenSize, _patchesPerUnit) = (config.HiddenSize, config.PatchesPerUnit);
        _norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, placement);
        _mlp = new MergerMlp(config, placement);
        RegisterComponents();
    }

    /// <summary>[U, M] -> [U, O], whatever the order of the units.</summary>
    /// <param name="units_UM">Units.</param>
    /// <param name="order">The order in which the goldens have the stages before the last; they are not recorded where it is null.</param>
    /// <param name="probe">Taps, or null.</param>
    public Tensor Forward(Tensor units_UM, WindowOrder? order, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normed_UM = _norm.forward(units_UM.reshape(-1, _patchesPerUnit, _hiddenSize)).flatten(1);
        Tensor output_UO = _mlp.forward(normed_UM);
        if (order is not null && probe is { Request.RecordsStages: true })
        {
            Tensor places_U = tensor([.. order.Units], ScalarType.Int64, units_UM.device);
            probe.RecordStage("vision.merger.norm", normed_UM.index_select(0, places_U).reshape(-1, _hiddenSize));
            probe.RecordStage("vision.merger.output_window_order", output_UO.index_select(0, places_U));
        }

        probe?.RecordStage("vision.output", output_UO);
        return output_UO.MoveToOuterDisposeScope();
    }
}
