using DriveKD.Data.Errors;
using DriveKD.Models.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Optimization;

/// <summary>
/// A running average of the trained weights in float32, started at the weights as they are: after each optimizer step
/// e = decay e + (1 - decay) w. It remembers nothing but its tensors.
/// </summary>
internal sealed class ExponentialAverage : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly IReadOnlyList<string> _names;
    private readonly Tensor?[] _averages;
    private readonly double _decay;

    /// <param name="parameters">float32, left to the caller.</param>
    /// <param name="names">The parameters' names.</param>
    /// <param name="decay">Above 0 and below 1.</param>
    public ExponentialAverage(IReadOnlyList<Parameter> parameters, IReadOnlyList<string> names, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(names.Count, parameters.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(decay);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(decay, 1);
        (_parameters, _names, _decay) = (parameters, names, decay);
        using IDisposable noGrad = no_grad();
        _averages = [.. parameters.Select(parameter => parameter.to(ScalarType.Float32, copy: true).DetachFromDisposeScope())];
    }

    /// <summary>After each optimizer step.</summary>
    public void Update()
    {
        using IDisposable noGrad = no_grad();
        for (int i = 0; i < _parameters.Count; i++)
        {
            _averages[i]!.mul_(Scalars.Of(_decay)).add_(_parameters[i], Scalars.Of(1 - _decay));
        }
    }

    /// <summary>The averages by parameter name, float32. Nothing is copied.</summary>
    public IReadOnlyDictionary<string, Tensor> Export() => _names.Zip(_averages).ToDictionary(entry => entry.First, entry => entry.Second!);

    /// <summary>Takes back what <see cref="Export"/> gave.</summary>
    /// <param name="averages">Copied; left to the caller.</param>
    /// <exception cref="InputException">They belong to other parameters, or some are missing.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> averages)
    {
        SavedTensors.Check(averages, Export(), isWhole: true);
        for (int i = 0; i < _parameters.Count; i++)
        {
            SavedTensors.Replace(ref _averages[i], averages, _names[i], _parameters[i].device);
        }
    }

    public void Dispose()
    {
        foreach (Tensor? average in _averages)
        {
            average?.Dispose();
        }
    }
}
