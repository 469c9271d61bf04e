using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019), step for step as torch.optim.AdamW computes it. Ours because TorchSharp's converts its
/// numbers in place, which is not safe while another thread collects garbage (see <see cref="Scalars"/>).
/// </summary>
internal sealed class AdamW : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly TrainSettings _settings;
    private readonly Tensor?[] _means;
    private readonly Tensor?[] _squares;
    private readonly int[] _steps;

    /// <param name="parameters">float32; left to the caller.</param>
    /// <param name="settings">Betas, epsilon and weight decay.</param>
    public AdamW(IReadOnlyList<Parameter> parameters, TrainSettings settings)
    {
        (_parameters, _settings) = (parameters, settings);
        _means = new Tensor?[parameters.Count];
        _squares = new Tensor?[parameters.Count];
        _steps = new int[parameters.Count];
    }

    /// <summary>Moves every parameter that has a gradient, then drops the gradients.</summary>
    /// <param name="learningRate">The step's rate.</param>
    public void Step(double learningRate)
    {
        using IDisposable noGrad = no_grad();
        for (int i = 0; i < _parameters.Count; i++)
        {
            if (_parameters[i].grad is Tensor gradient)
            {
                using DisposeScope scope = NewDisposeScope();
                Update(i, gradient, learningRate);
                _parameters[i].grad = null;
            }
        }
    }

    public void Dispose()
    {
        foreach (Tensor? moment in _means.Concat(_squares))
        {
            moment?.Dispose();
        }
    }

    private void Update(int index, Tensor gradient, double learningRate)
    {
        Parameter parameter = _parameters[index];
        Tensor mean = _means[index] ??= zeros_like(parameter).DetachFromDisposeScope();
        Tensor square = _squares[index] ??= zeros_like(parameter).DetachFromDisposeScope();
        int step = ++_steps[index];
        double firstCorrection = 1 - Math.Pow(_settings.Betas.First, step);
        double secondCorrection = 1 - Math.Pow(_settings.Betas.Second, step);
        using Scalar decay = Scalars.Own(1 - (learningRate * _settings.WeightDecay));
        using Scalar move = Scalars.Own(-learningRate / firstCorrection);
        using Scalar correction = Scalars.Own(Math.Sqrt(secondCorrection));

        parameter.mul_(decay);
        mean.mul_(Scalars.Of(_settings.Betas.First)).add_(gradient, Scalars.Of(1 - _settings.Betas.First));
        square.mul_(Scalars.Of(_settings.Betas.Second)).addcmul_(gradient, gradient, Scalars.Of(1 - _settings.Betas.Second));
        Tensor denominator = square.sqrt().div_(correction).Plus(_settings.Epsilon);
        parameter.addcdiv_(mean, denominator, move);
    }
}
