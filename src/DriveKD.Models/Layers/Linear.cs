using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>y = x W^T + b, with weights left unset until a checkpoint fills them.</summary>
internal sealed class Linear : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="hasBias">Whether b exists.</param>
    /// <param name="placement">Device and dtype.</param>
    public Linear(int inputs, int outputs, bool hasBias, Placement placement)
        : base(nameof(Linear))
    {
        _weight = placement.CreateParameter(outputs, inputs);
        _bias = hasBias ? placement.CreateParameter(outputs) : null;
        RegisterComponents();
    }

    /// <summary>[out, in].</summary>
    public Parameter Weight => _weight;

    /// <summary>[..., in] -> [..., out].</summary>
    public override Tensor forward(Tensor input) => functional.linear(input, _weight, _bias);
}
