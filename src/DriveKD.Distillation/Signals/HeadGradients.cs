using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>Gradients of states and head, gathered piece by piece from those of the logits. Both belong to the scope they are made in.</summary>
/// <remarks>Shapes: S positions, C channels, V vocabulary, K tokens of one piece.</remarks>
internal sealed class HeadGradients
{
    private readonly Tensor _wide_SC;
    private readonly ScalarType _dtype;
    private readonly Tensor _states_SC;

    /// <param name="states_SC">The states that the head was applied to.</param>
    /// <param name="wide_SC">The same in float32, as they were multiplied with the head.</param>
    /// <param name="head_VC">The head; its gradient is formed where it takes one.</param>
    public HeadGradients(Tensor states_SC, Tensor wide_SC, Tensor head_VC)
    {
        (_wide_SC, _dtype) = (wide_SC, states_SC.dtype);
        _states_SC = zeros_like(wide_SC);
        Head_VC = head_VC.requires_grad ? empty_like(head_VC) : null;
    }

    /// <summary>The head's gradient in the head's dtype; null where it takes none.</summary>
    public Tensor? Head_VC { get; }

    /// <summary>Adds a piece.</summary>
    /// <param name="piece">First token and length.</param>
    /// <param name="logits_SK">The gradient of its logits.</param>
    /// <param name="rows_KC">Its rows of the head, float32.</param>
    public void Add((long Start, long Count) piece, Tensor logits_SK, Tensor rows_KC)
    {
        using DisposeScope scope = NewDisposeScope();
        _states_SC.Increase(logits_SK.matmul(rows_KC));
        Head_VC?.narrow(0, piece.Start, piece.Count).copy_(logits_SK.t().matmul(_wide_SC));
    }

    /// <summary>The states' gradient in their own dtype.</summary>
    /// <param name="factor">What float32 states were multiplied by.</param>
    public Tensor States_SC(Scalar factor)
    {
        using DisposeScope scope = NewDisposeScope();
        return _states_SC.mul(factor).to_type(_dtype).MoveToOuterDisposeScope();
    }
}
