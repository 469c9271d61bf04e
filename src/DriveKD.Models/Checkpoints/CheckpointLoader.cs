using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints;

/// <summary>Fills a model's tensors from a checkpoint, whatever its naming, dtype and number of files.</summary>
public static class CheckpointLoader
{
    /// <summary>
    /// Whether a model built from this checkpoint has a head of its own: the file holds one, or the config does not tie it
    /// (then loading reports the head as missing).
    /// </summary>
    /// <param name="checkpoint">An open checkpoint.</param>
    /// <param name="config">The model's shape.</param>
    public static bool HasSeparateHead(Checkpoint checkpoint, ModelConfig config) =>
        !config.Language.TiesWordEmbeddings
        || checkpoint.Entries.Any(entry => config.Family.Resolve(entry.Name).Parameter == config.Family.Names.Head);

    /// <summary>Checks the whole checkpoint against the config, then fills the destinations in chunks.</summary>
    /// <param name="checkpoint">An open checkpoint.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="destinations">
    /// Canonical name to tensor, of the shape that the config gives and of any dtype and device; overwritten in place. It may
    /// be a part of the model: the checkpoint is checked whole, only what is asked for is read.
    /// </param>
    /// <param name="progress">Told after every stored tensor.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InputException">Tensors are missing, unknown, wrongly shaped, duplicate or of a dtype that is not read; all at once.</exception>
    /// <exception cref="ArgumentException">A destination is no parameter of the config or has another shape.</exception>
    public static void Load(
        Checkpoint checkpoint,
        ModelConfig config,
        IReadOnlyDictionary<string, Tensor> destinations,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        CheckpointMap map = CheckpointMap.Create(checkpoint, config);
        if (map.Problems.Count > 0)
        {
            throw new InputException(map.Problems);
        }

        CheckDestinations(config, destinations);
        MappedTensor[] wanted = [.. map.Tensors.Where(tensor => destinations.ContainsKey(tensor.Parameter.Name))];
        long total = wanted.Sum(tensor => tensor.Entry.ByteLength);
        long done = 0;
        foreach (MappedTensor tensor in wanted)
        {
            cancellation.ThrowIfCancellationRequested();
            Copy(checkpoint, tensor, destinations[tensor.Parameter.Name]);
            done += tensor.Entry.ByteLength;
            progress?.Report(new LoadProgress(done, total, tensor.Entry.Name));
        }

        if (!map.HasHead && destinations.TryGetValue(config.Family.Names.Head, out Tensor? head))
        {
            // Tied by the config: a head of its own starts as the embedding.
            MappedTensor embedding = map.Tensors.First(tensor => tensor.Parameter.Name == config.Family.Names.Embedding);
            checkpoint.FileOf(embedding.Entry).CopyTo(embedding.Entry, head);
        }
    }

    /// <summary>Copies a stored tensor to the rows of its parameter that it holds.</summary>
    /// <param name="checkpoint">An open checkpoint.</param>
    /// <param name="tensor">One of its tensors.</param>
    /// <param name="parameter">The whole parameter, of any dtype and device.</param>
    internal static void Copy(Checkpoint checkpoint, MappedTensor tensor, Tensor parameter)
    {
        using Tensor whole = parameter.detach();
        using Tensor rows = whole.narrow(0, tensor.FirstRow, tensor.Rows);
        checkpoint.FileOf(tensor.Entry).CopyTo(tensor.Entry, rows);
    }

    private static void CheckDestinations(ModelConfig config, IReadOnlyDictionary<string, Tensor> destinations)
    {
        Dictionary<string, ExpectedTensor> expected = config.Family.Expected(config).ToDictionary(tensor => tensor.Name);
        foreach ((string name, Tensor destination) in destinations)
        {
            if (!expected.TryGetValue(name, out ExpectedTensor? parameter))
            {
                throw new ArgumentException($"{name} is no parameter of the config.", nameof(destinations));
            }

            if (!destination.shape.AsSpan().SequenceEqual(parameter.Shape))
            {
                throw new ArgumentException(
                    $"{name} is {TensorShape.Format(destination.shape)}, the config makes it {TensorShape.Format(parameter.Shape)}.", nameof(destinations));
            }
        }
    }
}
