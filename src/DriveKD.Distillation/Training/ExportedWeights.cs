using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>The weights that training has changed, ready to be written. Owns those that were made for it, not those that are trained.</summary>
internal sealed class ExportedWeights : IDisposable
{
    private readonly IReadOnlyCollection<Tensor> _temporaries;

    /// <param name="tensors">Canonical name to tensor.</param>
    /// <param name="temporaries">Those of them to dispose; read when it comes to that.</param>
    public ExportedWeights(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyCollection<Tensor> temporaries) =>
        (Tensors, _temporaries) = (tensors, temporaries);

    /// <summary>Canonical name to tensor, in the precision that the optimizer keeps, adapters merged in float32.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    public void Dispose()
    {
        foreach (Tensor temporary in _temporaries)
        {
            temporary.Dispose();
        }
    }
}
