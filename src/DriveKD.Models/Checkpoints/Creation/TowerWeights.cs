using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>The vision tower of an existing model folder, to stand in a new one. It is held in memory whole.</summary>
internal sealed class TowerWeights : IDisposable
{
    // Canonical name to float32 values, which every 16-bit format turns into and back without loss.
    private readonly Dictionary<string, Tensor> _tensors;

    private TowerWeights(Dictionary<string, Tensor> tensors) => _tensors = tensors;

    /// <summary>Reads a tower.</summary>
    /// <param name="folder">A model folder; it is only read.</param>
    /// <param name="expected">The shape of the tower that is wanted.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InputException">The folder is missing or faulty, or its tower has another shape: every difference is told.</exception>
    public static TowerWeights Read(string folder, ModelConfig expected, CancellationToken cancellation)
    {
        ModelConfig config = ModelConfigReader.Read(folder);
        ProblemList problems = new();
        if (config.Family != expected.Family)
        {
            problems.Add(folder, $"has a vision tower of the family {config.Family.Name}; the new model's is of {expected.Family.Name}. Give a folder with a tower of the same shape.");
            problems.ThrowIfAny();
        }

        foreach ((string name, object found, object wanted) in config.TowerFacts().Zip(expected.TowerFacts(), (found, wanted) => (found.Name, found.Value, wanted.Value))
            .Where(fact => !fact.Item2.Equals(fact.Item3)))
        {
            problems.Add(folder, FormattableString.Invariant($"has a vision tower whose {name} is {found}; the new model's is {wanted}. Give a folder with a tower of the same shape."));
        }

        problems.ThrowIfAny();
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Dictionary<string, Tensor> tensors = [];
        try
        {
            foreach (ExpectedTensor parameter in config.Family.Expected(config).Where(parameter => parameter.Part == ModelPart.VisionTower))
            {
                tensors.Add(parameter.Name, empty(parameter.Shape, ScalarType.Float32).DetachFromDisposeScope());
            }

            CheckpointLoader.Load(checkpoint, config, tensors, progress: null, cancellation);
            return new TowerWeights(tensors);
        }
        catch
        {
            Dispose(tensors);
            throw;
        }
    }

    /// <summary>Writes rows of a parameter.</summary>
    /// <param name="parameter">The parameter; of the tower.</param>
    /// <param name="third">The third of its rows; null for all of them.</param>
    /// <param name="dtype">What is written.</param>
    /// <param name="stream">Takes the bytes.</param>
    public void Write(ExpectedTensor parameter, int? third, TensorDType dtype, Stream stream)
    {
        long rows = third is null ? parameter.Shape[0] : parameter.Shape[0] / 3;
        using Tensor part = _tensors[parameter.Name].narrow(0, (third ?? 0) * rows, rows);
        TensorStream.Write(part, dtype, stream);
    }

    /// <inheritdoc />
    public void Dispose() => Dispose(_tensors);

    private static void Dispose(Dictionary<string, Tensor> tensors)
    {
        foreach (Tensor tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
