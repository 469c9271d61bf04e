using DriveKD.Data.Errors;
using DriveKD.Models.InternVL;
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
    public static TowerWeights Read(string folder, VisionTowerConfig expected, CancellationToken cancellation)
    {
        InternVLConfig config = InternVLConfigReader.Read(folder);
        ProblemList problems = new();
        foreach ((string name, object found, object wanted) in Differences(config.Vision, expected))
        {
            problems.Add(folder, FormattableString.Invariant($"has a vision tower whose {name} is {found}; the new model's is {wanted}. Give a folder with a tower of the same shape."));
        }

        problems.ThrowIfAny();
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Dictionary<string, Tensor> tensors = [];
        try
        {
            foreach (ExpectedTensor parameter in InternVLTensors.Expected(config).Where(parameter => parameter.Part == ModelPart.VisionTower))
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

    private static IEnumerable<(string Name, object Found, object Wanted)> Differences(VisionTowerConfig found, VisionTowerConfig wanted)
    {
        (string Name, object Found, object Wanted)[] all =
        [
            ("hidden size", found.HiddenSize, wanted.HiddenSize),
            ("number of blocks", found.Layers, wanted.Layers),
            ("number of heads", found.Heads, wanted.Heads),
            ("MLP size", found.IntermediateSize, wanted.IntermediateSize),
            ("picture size", found.ImageSize, wanted.ImageSize),
            ("patch size", found.PatchSize, wanted.PatchSize),
            ("query, key and value bias", found.HasQkvBias, wanted.HasQkvBias),
            ("query and key norm", found.HasQkNorm, wanted.HasQkNorm),
            ("kind of norm", found.Norm, wanted.Norm),
            ("norm epsilon", found.NormEpsilon, wanted.NormEpsilon),
        ];
        return all.Where(each => !each.Found.Equals(each.Wanted));
    }
}
