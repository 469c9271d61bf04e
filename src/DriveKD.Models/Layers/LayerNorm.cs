using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>Layer normalisation over the last dimension with weight and bias.</summary>
internal sealed class LayerNorm : Module<Tensor, Tensor>
{
    private readonly long[] _shape;
    private readonly double _epsilon;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    public LayerNorm(int size, double epsilon, Placement placement)
        : base(nameof(LayerNorm))
    {
        _shape = [size];
        _epsilon = epsilon;
        _weight = placement.CreateParameter(size);
        _bias = placement.CreateParameter(size);
        RegisterComponents();
    }

    /// <summary>[..., size] -> the same shape.</summary>
    public override Tensor forward(Tensor input) => functional.layer_norm(input, _shape, _weight, _bias, _epsilon);
}
