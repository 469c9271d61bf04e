using DriveKD.Models.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Qwen25VL;

/// <summary>The merger's MLP: linear, exact GELU, linear.</summary>
internal sealed class MergerMlp : Module<Tensor, Tensor>
{
    [ComponentName(Name = "0")]
    private readonly Linear _first;

    [ComponentName(Name = "2")]
    private readonly Linear _second;

    public MergerMlp(Qwen25VLVisionConfig config, Placement placement)
        : base(nameof(MergerMlp))
    {
        _first = new Linear(config.MergedSize, config.MergedSize, hasBias: true, placement);
        _second = new Linear(config.MergedSize, config.OutputSize, hasBias: true, placement);
        RegisterComponents();
    }

    /// <summary>[units, merged channels] -> [units, the decoder's channels].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return _second.forward(functional.gelu(_first.forward(input))).MoveToOuterDisposeScope();
    }
}
