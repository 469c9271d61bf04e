using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Streaming;

/// <summary>A checkpoint's weights part by part: modules, single parameters, rows of the embedding. Reads from several threads are safe.</summary>
/// <remarks>Shapes: U rows, V vocabulary, C channels.</remarks>
internal sealed class StreamedWeights : IDisposable
{
    private readonly Checkpoint _checkpoint;
    private readonly Placement _placement;
    private readonly ILookup<string, MappedTensor> _stored;
    private readonly ParameterNames _names;
    private readonly bool _hasHead;

    private StreamedWeights(Checkpoint checkpoint, CheckpointMap map, ParameterNames names, Placement placement)
    {
        (_checkpoint, _names, _placement, _hasHead) = (checkpoint, names, placement, map.HasHead);
        _stored = map.Tensors.ToLookup(tensor => tensor.Parameter.Name);
    }

    /// <summary>Opens a checkpoint and checks it whole; no weights are read.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="placement">Device and dtype of what is read.</param>
    /// <exception cref="InputException">Weights are missing, broken or do not fit the config; all at once.</exception>
    public static StreamedWeights Open(string folder, ModelConfig config, Placement placement)
    {
        Checkpoint checkpoint = Checkpoint.Open(folder);
        try
        {
            CheckpointMap map = CheckpointMap.Create(checkpoint, config);
            return map.Problems.Count == 0 ? new StreamedWeights(checkpoint, map, config.Family.Names, placement) : throw new InputException(map.Problems);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Sets a module's weights.</summary>
    /// <param name="module">The module.</param>
    /// <param name="prefix">What its parameters' names have before them by their canonical names.</param>
    /// <param name="cancellation">Checked between tensors.</param>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint has nothing for a parameter, which would stay as the memory happened to be.
    /// </exception>
    public void Fill(Module module, string prefix, CancellationToken cancellation)
    {
        List<(MappedTensor Stored, Parameter Parameter)> places = [];
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            places.AddRange(PartsOf(prefix + name).Select(stored => (stored, parameter)));
        }

        // In the order of the disk.
        foreach ((MappedTensor stored, Parameter parameter) in places
            .OrderBy(place => place.Stored.Entry.File, StringComparer.Ordinal).ThenBy(place => place.Stored.Entry.Offset))
        {
            cancellation.ThrowIfCancellationRequested();
            CheckpointLoader.Copy(_checkpoint, stored, parameter);
        }
    }

    /// <summary>A whole parameter.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="device">Where it is made.</param>
    /// <returns>In the dtype of the placement, owned by the caller.</returns>
    public Tensor Read(string name, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        MappedTensor[] parts = [.. PartsOf(name)];
        Tensor parameter = empty(parts[0].Parameter.Shape, _placement.DType, device);
        foreach (MappedTensor part in parts)
        {
            CheckpointLoader.Copy(_checkpoint, part, parameter);
        }

        return parameter.MoveToOuterDisposeScope();
    }

    /// <summary>The head [V, C] on the processor: its own rows, or the embedding's.</summary>
    public Tensor ReadHead() => Read(_hasHead ? _names.Head : _names.Embedding, CPU);

    /// <summary>Rows of the token embedding; no others are read.</summary>
    /// <param name="ids">Token ids.</param>
    /// <returns>[U, C], in the order of the ids, owned by the caller.</returns>
    public Tensor ReadEmbeddings(IReadOnlyList<int> ids)
    {
        using DisposeScope scope = NewDisposeScope();
        MappedTensor embedding = _stored[_names.Embedding].Single();
        TensorEntry entry = embedding.Entry;
        int rowBytes = checked((int)(entry.ByteLength / embedding.Rows));
        Tensor stored_UC = empty([ids.Count, entry.Shape[1]], TensorDTypes.ScalarTypeOf(entry.DType));
        for (int i = 0; i < ids.Count; i++)
        {
            using Tensor row_C = stored_UC.select(0, i);
            _checkpoint.FileOf(entry).ReadBytes(entry, (long)ids[i] * rowBytes, row_C.bytes);
        }

        return stored_UC.to(_placement.DType, _placement.Device).MoveToOuterDisposeScope();
    }

    public void Dispose() => _checkpoint.Dispose();

    private IEnumerable<MappedTensor> PartsOf(string name) =>
        _stored.Contains(name) ? _stored[name] : throw new InvalidOperationException($"The checkpoint has no {name}.");
}
