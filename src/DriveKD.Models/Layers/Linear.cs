using DriveKD.Models.Kernels;
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

    private readonly DecodeKernels? _kernels;
    private Int8Rows? _quantized;

    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="hasBias">Whether b exists.</param>
    /// <param name="placement">Device and dtype.</param>
    /// <param name="kernels">Computes a few rows; null where libtorch always does.</param>
    public Linear(int inputs, int outputs, bool hasBias, Placement placement, DecodeKernels? kernels = null)
        : base(nameof(Linear))
    {
        _kernels = kernels;
        _weight = placement.CreateParameter(outputs, inputs);
        _bias = hasBias ? placement.CreateParameter(outputs) : null;
        RegisterComponents();
    }

    /// <summary>[out, in].</summary>
    public Parameter Weight => _weight;

    /// <summary>Whether an adapter adds to the product.</summary>
    public bool HasAdapter => _adapter is not null;

    /// <summary>What takes the weights' place for a few rows; null where nothing does.</summary>
    public Int8Rows? Quantized => _quantized;

    /// <summary>Adds the layer's one adapter; it is disposed with the layer.</summary>
    public void Attach(LowRankAdapter adapter) => _adapter = adapter;

    /// <summary>Rounds the weights to 8 bits, beside those there are: a few rows then take the rounded ones.</summary>
    public void Quantize()
    {
        _quantized?.Dispose();
        _quantized = Int8Rows.Quantize(_weight);
    }

    /// <summary>The map without its adapter, as the kernels take it; it holds as long as the layer.</summary>
    public RowMatrix ToRowMatrix() => RowMatrix.Of(_weight, _bias, _quantized);

    /// <summary>[..., in] -> [..., out].</summary>
    public override Tensor forward(Tensor input)
    {
        if (_adapter is null)
        {
            return Product(input);
        }

        using DisposeScope scope = NewDisposeScope();
        return _adapter.AddTo(Product(input), input).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _adapter?.Dispose();
            _quantized?.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Product(Tensor input) => _kernels is not null && _kernels.Serve(input, _weight, _bias)
        ? _kernels.Linear(input, _weight, _bias, _quantized)
        : functional.linear(input, _weight, _bias);
}
