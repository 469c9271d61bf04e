using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// The sum of exponentials of logits that come in pieces: the greatest logit so far, and the sum of exp(logit - greatest) in float64,
/// so that the number of pieces does not show. Another sum weighted by the same exponentials may run along. Owns all three.
/// </summary>
/// <remarks>Shapes: S positions, K tokens of one piece.</remarks>
internal sealed class RunningExponentials : IDisposable
{
    private Tensor? _greatest_S1;
    private Tensor? _sum_S1;
    private Tensor? _weighted_S1;

    /// <summary>float32 [S, 1], once a piece was added.</summary>
    public Tensor Greatest_S1 => _greatest_S1 ?? throw new InvalidOperationException("No piece was added.");

    /// <summary>float64 [S, 1], once a piece was added.</summary>
    public Tensor Sum_S1 => _sum_S1 ?? throw new InvalidOperationException("No piece was added.");

    /// <summary>Adds a piece.</summary>
    /// <param name="logits_SK">Its logits.</param>
    /// <param name="values_SK">Values to average by softmax, in every piece or in none.</param>
    public void Add(Tensor logits_SK, Tensor? values_SK = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor greatest_S1 = logits_SK.amax([1], keepdim: true);
        if (_greatest_S1 is not null)
        {
            greatest_S1 = maximum(greatest_S1, _greatest_S1);
        }

        Tensor exponentials_SK = logits_SK.sub(greatest_S1).exp();
        Tensor sum_S1 = exponentials_SK.sum([1], keepdim: true, type: ScalarType.Float64);
        Tensor? weighted_S1 = values_SK is null ? null : exponentials_SK.mul(values_SK).sum([1], keepdim: true, type: ScalarType.Float64);
        if (_greatest_S1 is not null)
        {
            Tensor shrink_S1 = _greatest_S1.sub(greatest_S1).to_type(ScalarType.Float64).exp();
            sum_S1 = sum_S1.Plus(Sum_S1.mul(shrink_S1));
            weighted_S1 = weighted_S1?.Plus(_weighted_S1!.mul(shrink_S1));
        }

        Dispose();
        _greatest_S1 = greatest_S1.DetachFromDisposeScope();
        _sum_S1 = sum_S1.DetachFromDisposeScope();
        _weighted_S1 = weighted_S1?.DetachFromDisposeScope();
    }

    /// <summary>log(sum exp(logit)), float64 [S, 1].</summary>
    public Tensor LogSum_S1()
    {
        using DisposeScope scope = NewDisposeScope();
        return Sum_S1.log().Plus(Greatest_S1.to_type(ScalarType.Float64)).MoveToOuterDisposeScope();
    }

    /// <summary>The softmax's mean of the values that ran along, float64 [S, 1].</summary>
    public Tensor Mean_S1() => (_weighted_S1 ?? throw new InvalidOperationException("No values ran along.")).div(Sum_S1);

    /// <summary>The probabilities of a piece, float32 [S, K].</summary>
    /// <param name="logits_SK">Its logits.</param>
    /// <param name="greatest_S1">What <see cref="Greatest_S1"/> was after all pieces.</param>
    /// <param name="sum_S1">What <see cref="Sum_S1"/> was.</param>
    public static Tensor Probabilities(Tensor logits_SK, Tensor greatest_S1, Tensor sum_S1)
    {
        using DisposeScope scope = NewDisposeScope();
        return logits_SK.sub(greatest_S1).exp().div(sum_S1.to_type(ScalarType.Float32)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _greatest_S1?.Dispose();
        _sum_S1?.Dispose();
        _weighted_S1?.Dispose();
    }
}
