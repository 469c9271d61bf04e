using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>y = x W^T + b, with weights left unset until a checkpoint fills them; an adapter adds to y where one is attached.</summary>
internal sealed class Linear : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    // No registered parameter: checkpoints know nothing of it, and a model's parameters stay those of its config.
    private LowRankAdapter? _adapter;

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

    /// <summary>Adds the layer's one adapter; it is disposed with the layer.</summary>
    public void Attach(LowRankAdapter adapter) => _adapter = adapter;

    /// <summary>[..., in] -> [..., out].</summary>
    public override Tensor forward(Tensor input)
    {
        if (_adapter is null)
        {
            return functional.linear(input, _weight, _bias);
        }

        using DisposeScope scope = NewDisposeScope();
        return _adapter.AddTo(functional.linear(input, _weight, _bias), input).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _adapter?.Dispose();
        }

        base.Dispose(disposing);
    }
}
