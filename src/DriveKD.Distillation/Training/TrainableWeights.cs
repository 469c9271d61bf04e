using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
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
    private readonly string[] _names;

    /// <param name="student">The model; its parameters are marked as trained or frozen.</param>
    /// <param name="parts">What is trained.</param>
    /// <param name="folder">The student's checkpoint: masters start from its values, not from their bfloat16 rounding.</param>
    /// <exception cref="InputException">The checkpoint cannot be read any more.</exception>
    public TrainableWeights(InternVLModel student, TrainableParts parts, string folder)
    {
        List<Parameter> chosen = [];
        List<string> names = [];
        foreach ((string name, Parameter parameter) in student.named_parameters())
        {
            bool isTrained = parts == TrainableParts.All || name.StartsWith("language_model.", StringComparison.Ordinal);
            parameter.requires_grad = isTrained;
            if (isTrained)
            {
                chosen.Add(parameter);
                names.Add(name);
            }
        }

        _parameters = [.. chosen];
        _names = [.. names];
        HasMasters = student.Placement.DType != ScalarType.Float32;
        _masters = HasMasters ? [.. chosen.Select(CreateMaster)] : _parameters;
        if (HasMasters)
        {
            using Checkpoint checkpoint = Checkpoint.Open(folder);
            CheckpointLoader.Load(checkpoint, student.Config, Export());
        }
    }

    /// <summary>The optimizer steps float32 copies.</summary>
    public bool HasMasters { get; }

    /// <summary>What the optimizer steps: float32.</summary>
    public IReadOnlyList<Parameter> Optimised => _masters;

    /// <summary>The names of <see cref="Optimised"/>, in its order.</summary>
    public IReadOnlyList<string> Names => _names;

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
            _parameters[i].copy_(_masters[i]);
        }
    }

    /// <summary>The trained weights by name, in the precision that the optimizer keeps. Nothing is copied.</summary>
    public IReadOnlyDictionary<string, Tensor> Export() => _names.Zip(_masters).ToDictionary(entry => entry.First, entry => (Tensor)entry.Second);

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
        Parameter master = new(empty(parameter.shape, ScalarType.Float32, parameter.device), requires_grad: true);
        master.DetachFromDisposeScope();
        return master;
    }
}
