using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>Other values in the student's trained parameters for a while. Keeps a copy of the trained ones.</summary>
internal sealed class SwappedWeights : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Tensor[] _copies;

    /// <param name="weights">The trained parameters.</param>
    /// <param name="values">Other values by name.</param>
    public SwappedWeights(TrainableWeights weights, IReadOnlyDictionary<string, Tensor> values)
    {
        using IDisposable noGrad = no_grad();
        _parameters = weights.Parameters;
        _copies = [.. _parameters.Select(parameter => parameter.detach().clone().DetachFromDisposeScope())];
        foreach ((string name, Parameter parameter) in weights.Names.Zip(_parameters))
        {
            parameter.copy_(values[name]);
        }
    }

    public void Dispose()
    {
        using IDisposable noGrad = no_grad();
        foreach ((Parameter parameter, Tensor copy) in _parameters.Zip(_copies))
        {
            parameter.copy_(copy);
            copy.Dispose();
        }
    }
}
