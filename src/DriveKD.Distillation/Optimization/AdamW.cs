using DriveKD.Data.Errors;
using DriveKD.Distillation.Training;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019), step for step as torch.optim.AdamW computes it. Ours because TorchSharp's converts its
/// numbers in place, which is not safe while another thread collects garbage (see <see cref="Scalars"/>). What it remembers is two
/// moments per parameter, saved as tensors, and the parameter's count of steps, saved as a number; both have to be restored.
/// </summary>
internal sealed class AdamW : IDisposable, IResumable
{
    private const string MeanSuffix = ".mean";
    private const string SquareSuffix = ".square";
    private const string StepsSuffix = ".steps";

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<double>? _rateFactors;
    private readonly TrainSettings _settings;
    private readonly Tensor?[] _means;
    private readonly Tensor?[] _squares;
    private readonly int[] _steps;

    /// <param name="parameters">float32; left to the caller.</param>
    /// <param name="settings">Betas, epsilon and weight decay.</param>
    /// <param name="names">The parameters' names, under which moments are saved; without them their positions.</param>
    /// <param name="rateFactors">What each parameter's rate is multiplied by, also in its weight decay; without them 1.</param>
    public AdamW(
        IReadOnlyList<Parameter> parameters, TrainSettings settings, IReadOnlyList<string>? names = null, IReadOnlyList<double>? rateFactors = null)
    {
        (_parameters, _settings, _rateFactors) = (parameters, settings, rateFactors);
        _names = names ?? [.. Enumerable.Range(0, parameters.Count).Select(index => index.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        ArgumentOutOfRangeException.ThrowIfNotEqual(_names.Count, parameters.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rateFactors?.Count ?? parameters.Count, parameters.Count);
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
                Update(i, gradient, learningRate * (_rateFactors?[i] ?? 1));
                _parameters[i].grad = null;
            }
        }
    }

    /// <summary>The moments as <c>NAME.mean</c> and <c>NAME.square</c>, of the parameters that have moved. Nothing is copied.</summary>
    public IReadOnlyDictionary<string, Tensor> Export()
    {
        Dictionary<string, Tensor> moments = [];
        for (int i = 0; i < _parameters.Count; i++)
        {
            if (_means[i] is Tensor mean && _squares[i] is Tensor square)
            {
                moments.Add(_names[i] + MeanSuffix, mean);
                moments.Add(_names[i] + SquareSuffix, square);
            }
        }

        return moments;
    }

    /// <summary>Takes back the moments that <see cref="Export"/> gave.</summary>
    /// <param name="moments">Copied; left to the caller.</param>
    /// <exception cref="InputException">They belong to other parameters.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> moments)
    {
        IEnumerable<(string Name, Parameter Parameter)> entries = _names.Zip(_parameters);
        Dictionary<string, Tensor> expected = entries
            .SelectMany(entry => (string[])[MeanSuffix, SquareSuffix], (entry, suffix) => (Name: entry.Name + suffix, entry.Parameter))
            .ToDictionary(entry => entry.Name, entry => (Tensor)entry.Parameter);
        SavedTensors.Check(moments, expected, isWhole: false);
        for (int i = 0; i < _parameters.Count; i++)
        {
            SavedTensors.Replace(ref _means[i], moments, _names[i] + MeanSuffix, _parameters[i].device);
            SavedTensors.Replace(ref _squares[i], moments, _names[i] + SquareSuffix, _parameters[i].device);
        }
    }

    public IReadOnlyDictionary<string, double> Save() =>
        Enumerable.Range(0, _steps.Length).Where(index => _steps[index] > 0).ToDictionary(index => _names[index] + StepsSuffix, index => (double)_steps[index]);

    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i] = (int)state.GetValueOrDefault(_names[i] + StepsSuffix);
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
        if (_steps[index] > 0 != _means[index] is not null || _means[index] is null != _squares[index] is null)
        {
            throw new InvalidOperationException($"{_names[index]} has moments without steps or steps without moments: restore both.");
        }

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
