using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;
using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints;

/// <summary>
/// Writes a model back as the folder it came from: the same tensor names, dtypes, order and files, the same companion files,
/// other weights. What was not trained stays as it was, byte for byte.
/// </summary>
public static class CheckpointWriter
{
    private static readonly JsonSerializerOptions _indexOptions =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a folder that is whole or absent.</summary>
    /// <param name="sourceFolder">The checkpoint folder that the model was loaded from.</param>
    /// <param name="destinationFolder">A folder that does not exist yet, or is empty.</param>
    /// <param name="weights">Canonical name to tensor, of any float dtype and device; a parameter that is not given is copied from the source. Left to the caller.</param>
    /// <param name="options">How it is cut into files; as the source by default.</param>
    /// <param name="progress">Told after every tensor.</param>
    /// <param name="cancellation">Stops between tensors; nothing is left.</param>
    /// <exception cref="InputException">The source is faulty, the destination in use, the disk too full, or the place not writable.</exception>
    /// <exception cref="ArgumentException">A given tensor is no parameter of the source or has another shape.</exception>
    public static void Write(
        string sourceFolder,
        string destinationFolder,
        IReadOnlyDictionary<string, Tensor> weights,
        CheckpointWriterOptions? options = null,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ModelConfig config = ModelConfigReader.Read(sourceFolder);
        using Checkpoint source = Checkpoint.Open(sourceFolder);
        CheckpointMap map = CheckpointMap.Create(source, config);
        if (map.Problems.Count > 0)
        {
            throw new InputException(map.Problems);
        }

        Dictionary<string, MappedTensor> mapped = map.Tensors.ToDictionary(tensor => tensor.Entry.Name);
        CheckWeights(mapped.Values, weights);
        RequireOutside(sourceFolder, destinationFolder);
        IReadOnlyList<(string FileName, IReadOnlyList<TensorEntry> Items)> files = Cut(source, options?.MaxShardBytes);
        IReadOnlyList<string> companions = CompanionFiles.Find(sourceFolder);
        TensorDType Stored(TensorEntry entry) => StoredDType(entry, options?.DType);
        long total = source.Entries.Sum(entry => new TensorSpec(entry.Name, Stored(entry), entry.Shape).ByteLength);
        ModelFolder.Write(destinationFolder, BytesNeeded(files, total) + CompanionFiles.Size(sourceFolder, companions), folder =>
        {
            CompanionFiles.Copy(sourceFolder, companions, folder);
            if (options?.DType is TensorDType dtype)
            {
                ConfigDType.Write(folder, dtype);
            }

            if (options?.Limits is { AreOwn: false } limits)
            {
                config.Family.WriteLimits(folder, limits);
            }

            long done = 0;
            foreach ((string fileName, IReadOnlyList<TensorEntry> entries) in files)
            {
                TensorSpec[] specs = [.. entries.Select(entry => new TensorSpec(entry.Name, Stored(entry), entry.Shape))];
                SafetensorsWriter.Write(Path.Combine(folder, fileName), specs, WriteOne, source.FileOf(entries[0]).Metadata);

                void WriteOne(int index, Stream stream)
                {
                    cancellation.ThrowIfCancellationRequested();
                    TensorEntry entry = entries[index];
                    WriteData(source, entry, Stored(entry), mapped.GetValueOrDefault(entry.Name), weights, stream);
                    done += specs[index].ByteLength;
                    progress?.Report(new LoadProgress(done, total, entry.Name));
                }
            }

            if (files.Count > 1 || files[0].FileName != WeightFiles.SingleName)
            {
                WriteIndex(source, files, total, folder);
            }
        });
    }

    private static TensorDType StoredDType(TensorEntry entry, TensorDType? asked) =>
        asked is TensorDType dtype && entry.DType is (TensorDType.F64 or TensorDType.F32 or TensorDType.F16 or TensorDType.BF16) ? dtype : entry.DType;

    private static void WriteData(
        Checkpoint source, TensorEntry entry, TensorDType dtype, MappedTensor? tensor, IReadOnlyDictionary<string, Tensor> weights, Stream stream)
    {
        if (tensor is not null && weights.TryGetValue(tensor.Parameter.Name, out Tensor? weight))
        {
            using Tensor whole = weight.detach();
            using Tensor rows = whole.narrow(0, tensor.FirstRow, tensor.Rows);
            TensorStream.Write(rows, dtype, stream);
            return;
        }

        if (dtype != entry.DType)
        {
            using Tensor stored = source.FileOf(entry).ReadTensor(entry);
            TensorStream.Write(stored, dtype, stream);
            return;
        }

        // Part of the file, but not given: it stays as it is.
        byte[] buffer = new byte[Math.Min(SafetensorsFile.ChunkBytes, entry.ByteLength)];
        for (long start = 0; start < entry.ByteLength; start += buffer.Length)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.ByteLength - start));
            source.FileOf(entry).ReadBytes(entry, start, part);
            stream.Write(part);
        }
    }

    private static IReadOnlyList<(string FileName, IReadOnlyList<TensorEntry> Items)> Cut(Checkpoint source, long? maxShardBytes)
    {
        if (maxShardBytes is not null)
        {
            return ShardPlan.Cut(source.Entries, entry => entry.ByteLength, maxShardBytes.Value);
        }

        // A single file takes the name that transformers looks for, whatever it was called.
        return [.. source.Files.Where(file => file.Entries.Count > 0)
            .Select(file => (source.IsSharded ? Path.GetFileName(file.Path) : WeightFiles.SingleName, file.Entries))];
    }

    private static void CheckWeights(IEnumerable<MappedTensor> mapped, IReadOnlyDictionary<string, Tensor> weights)
    {
        Dictionary<string, MappedTensor> byName = mapped.DistinctBy(tensor => tensor.Parameter.Name).ToDictionary(tensor => tensor.Parameter.Name);
        foreach ((string name, Tensor weight) in weights)
        {
            if (!byName.TryGetValue(name, out MappedTensor? tensor))
            {
                throw new ArgumentException($"{name} is no parameter of the source.", nameof(weights));
            }

            if (!weight.shape.AsSpan().SequenceEqual(tensor.Parameter.Shape))
            {
                throw new ArgumentException(
                    $"{tensor.Parameter.Name} is {TensorShape.Format(weight.shape)}, the config makes it {TensorShape.Format(tensor.Parameter.Shape)}.",
                    nameof(weights));
            }
        }
    }

    private static void RequireOutside(string source, string destination)
    {
        string outer = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)) + Path.DirectorySeparatorChar;
        if ((Path.GetFullPath(destination) + Path.DirectorySeparatorChar).StartsWith(outer, StringComparison.Ordinal))
        {
            throw new InputException(destination, $"lies inside the model folder {source} that it is a copy of. Choose a folder outside.");
        }
    }

    private static long BytesNeeded(IReadOnlyList<(string FileName, IReadOnlyList<TensorEntry> Items)> files, long tensorBytes)
    {
        // A header member and an index line name each tensor once more and give a few numbers.
        const int BytesPerTensor = 512;
        return checked(tensorBytes + files.Sum(file => file.Items.Sum(entry => (2L * entry.Name.Length) + BytesPerTensor)));
    }

    private static void WriteIndex(
        Checkpoint source, IReadOnlyList<(string FileName, IReadOnlyList<TensorEntry> Items)> files, long total, string folder)
    {
        JsonObject metadata = [];
        string sourceIndex = Path.Combine(source.Folder, WeightFiles.IndexName);
        if (source.IsSharded && JsonNode.Parse(File.ReadAllText(sourceIndex))?["metadata"] is JsonObject old)
        {
            metadata = (JsonObject)old.DeepClone();
        }

        metadata["total_size"] = total;
        JsonObject weightMap = [];
        foreach ((string name, string fileName) in files
            .SelectMany(file => file.Items.Select(entry => (entry.Name, file.FileName)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            weightMap[name] = fileName;
        }

        JsonObject index = new() { ["metadata"] = metadata, ["weight_map"] = weightMap };
        AtomicFile.WriteText(Path.Combine(folder, WeightFiles.IndexName), index.ToJsonString(_indexOptions) + "\n");
    }
}
