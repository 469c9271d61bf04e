using DriveKD.Models.InternVL;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// The student's trained parameters and what the optimizer steps: the parameters themselves in float32, or float32 masters of
/// bfloat16 ones. At a rate of 5e-5 most updates of a bfloat16 weight are smaller than its rounding and would be lost.
/// </summary>
internal sealed class TrainableWeights : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly Parameter[] _masters;

    public TrainableWeights(InternVLModel student, TrainableParts parts)
    {
        List<Parameter> chosen = [];
        foreach ((string name, Parameter parameter) in student.named_parameters())
        {
            bool isTrained = parts == TrainableParts.All || name.StartsWith("language_model.", StringComparison.Ordinal);
            parameter.requires_grad = isTrained;
            if (isTrained)
            {
                chosen.Add(parameter);
            }
        }

        _parameters = [.. chosen];
        HasMasters = student.Placement.DType != ScalarType.Float32;
        _masters = HasMasters ? [.. chosen.Select(CreateMaster)] : _parameters;
    }

    /// <summary>The optimizer steps float32 copies.</summary>
    public bool HasMasters { get; }

    /// <summary>What the optimizer steps: float32.</summary>
    public IReadOnlyList<Parameter> Optimised => _masters;

    /// <summary>How many numbers are trained.</summary>
    public long Count => _parameters.Sum(parameter => parameter.numel());

    /// <summary>After each sample: moves bfloat16 gradients into the float32 sums, so that accumulation loses nothing.</summary>
    public void CollectGradients()
    {
        if (!HasMasters)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].grad is not Tensor gradient)
            {
                continue;
            }

            using Tensor wide = gradient.to_type(ScalarType.Float32);
            if (_masters[i].grad is Tensor sum)
            {
                sum.Increase(wide);
            }
            else
            {
                _masters[i].grad = wide.clone().DetachFromDisposeScope();
            }

            _parameters[i].grad = null;
        }
    }

    /// <summary>After each optimizer step: rounds the masters into the model.</summary>
    public void Publish()
    {
        if (!HasMasters)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        for (int i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].copy_(_masters[i]).Dispose();
        }
    }

    /// <summary>The student's weights by name, the trained ones in the precision that the optimizer keeps. Nothing is copied.</summary>
    public IReadOnlyDictionary<string, Tensor> Export(InternVLModel student)
    {
        Dictionary<string, Tensor> weights = [];
        int next = 0;
        foreach ((string name, Parameter parameter) in student.named_parameters())
        {
            weights.Add(name, parameter.requires_grad ? _masters[next++] : parameter);
        }

        return weights;
    }

    /// <summary>The norm of all gradients together, in float64.</summary>
    public double GradientNorm()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        double squares = 0;
        foreach (Parameter master in _masters)
        {
            if (master.grad is Tensor gradient)
            {
                squares += gradient.Squared().sum(ScalarType.Float64).item<double>();
            }
        }

        return Math.Sqrt(squares);
    }

    public void Dispose()
    {
        if (HasMasters)
        {
            foreach (Parameter master in _masters)
            {
                master.Dispose();
            }
        }
    }

    private static Parameter CreateMaster(Parameter parameter)
    {
        using Tensor detached = parameter.detach();
        Parameter master = new(detached.to_type(ScalarType.Float32, copy: true), requires_grad: true);
        master.DetachFromDisposeScope();
        return master;
    }
}
