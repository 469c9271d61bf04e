using DriveKD.Distillation.Gradients;
using DriveKD.Models.Verification;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>Compares one optimizer step: the accumulated gradient, the rate, and what the parameters have become.</summary>
internal sealed class OptimizerStepComparison : IDisposable
{
    private readonly TrainerWorld _world;
    private readonly ParameterOrder _order;
    private readonly GoldenCase _golden;
    private readonly StageTable _stages;
    private readonly Tensor _initial;
    private readonly Tensor _kept;
    private Tensor _before;

    /// <param name="world">The training, before its first step.</param>
    /// <param name="order">How vectors are flattened.</param>
    /// <param name="golden">The case.</param>
    /// <param name="stages">Its tallies.</param>
    public OptimizerStepComparison(TrainerWorld world, ParameterOrder order, GoldenCase golden, StageTable stages)
    {
        (_world, _order, _golden, _stages) = (world, order, golden, stages);
        _initial = Parameters();
        _before = Parameters();
        _kept = order.WithoutVisionKeyBias();
    }

    /// <summary>Compares the gradient before the step.</summary>
    /// <param name="facts">What is recorded of the step.</param>
    /// <param name="name">The step's name, also in the tensors.</param>
    /// <param name="sum">The gradient.</param>
    /// <param name="rate">The learning rate.</param>
    public void CompareGradient(GoldenFacts facts, string name, GradientSum sum, double rate)
    {
        if (facts.Number("accumulated_gradient_norm") is double norm)
        {
            _stages[TrainerStages.AccumulatedNorms].Near(name, norm, sum.Norm());
        }

        string tensor = $"{name}.gradient_accumulated";
        if (_golden.Has(tensor))
        {
            using Tensor own = _world.Flatten(_order, place => sum[place]);
            using Tensor expected = _golden.Read(tensor);
            _stages[TrainerStages.Accumulated].NearInNorm(tensor, expected, own);
        }

        if (facts.Number("lr") is double recorded)
        {
            _stages[TrainerStages.Rate].Near(name, recorded, rate);
        }
    }

    /// <summary>Compares the parameters after the step.</summary>
    /// <param name="facts">What is recorded of the step.</param>
    /// <param name="name">The step's name, also in the tensors.</param>
    public void CompareParameters(GoldenFacts facts, string name)
    {
        Tensor after = Parameters();
        if (facts.Number("parameter_change_norm") is double norm)
        {
            using Tensor change = after.sub(_before);
            double own = Math.Sqrt(TensorValues.Floats(change).Sum(value => (double)value * value));
            _stages[TrainerStages.ParameterNorms].Near(name, norm, own);
        }

        string tensor = $"{name}.parameters";
        if (_golden.Has(tensor))
        {
            using Tensor recorded = _golden.Read(tensor);
            if (recorded.numel() != after.numel())
            {
                _stages[TrainerStages.Parameters].NearInNorm(tensor, recorded, after);
            }
            else
            {
                using Tensor expected = recorded.sub(_initial);
                using Tensor own = after.sub(_initial);
                using Tensor expectedKept = expected.mul(_kept);
                using Tensor ownKept = own.mul(_kept);
                _stages[TrainerStages.Parameters].NearInNorm(tensor, expectedKept, ownKept, mayBeRounding: true);
            }
        }

        _before.Dispose();
        _before = after;
    }

    public void Dispose()
    {
        _initial.Dispose();
        _before.Dispose();
        _kept.Dispose();
    }

    private Tensor Parameters() => _world.Flatten(_order, place => _world.Parts.Weights.Optimised[place]).DetachFromDisposeScope();
}
