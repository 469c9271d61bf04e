using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>x / sqrt(mean(x^2) + eps), rounded to the input's dtype, times a weight.</summary>
internal sealed class RmsNorm : Module<Tensor, Tensor>
{
    private readonly double _epsilon;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public RmsNorm(int size, double epsilon, Placement placement)
        : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        _weight = placement.CreateParameter(size);
        RegisterComponents();
    }

    /// <summary>[size].</summary>
    public Parameter Weight => _weight;

    /// <summary>Added to the mean of the squares.</summary>
    public double Epsilon => _epsilon;

    /// <summary>[..., size] -> the same shape.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        // The statistics are float32 in every dtype: the sum of squares of bfloat16 values loses too much.
        Tensor wide = input.to_type(ScalarType.Float32);
        Tensor scale = wide.Squared().mean([-1], keepdim: true).Plus(_epsilon).rsqrt();
        return wide.mul(scale).to_type(input.dtype).mul(_weight).MoveToOuterDisposeScope();
    }
}
