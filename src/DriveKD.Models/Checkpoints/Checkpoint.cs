using DriveKD.Data.Errors;
using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints;

/// <summary>
/// The weights of a checkpoint folder: <c>model.safetensors</c>, or <c>model.safetensors.index.json</c> with its shards, or the
/// folder's only safetensors file. The files stay mapped until it is disposed.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private readonly Dictionary<string, (SafetensorsFile File, TensorEntry Entry)> _byName = [];

    private Checkpoint(string folder, WeightFiles weights, IReadOnlyList<SafetensorsFile> files)
    {
        Folder = folder;
        Files = files;
        IsSharded = weights.Map is not null;
        IndexTotalSize = weights.TotalSize;
        UnusedFiles = weights.Unused;
        Entries = [.. files.SelectMany(file => file.Entries)];
        foreach (SafetensorsFile file in files)
        {
            foreach (TensorEntry entry in file.Entries)
            {
                _byName.Add(entry.Name, (file, entry));
            }
        }
    }

    /// <summary>The folder's path.</summary>
    public string Folder { get; }

    /// <summary>The files, in the order of their names.</summary>
    public IReadOnlyList<SafetensorsFile> Files { get; }

    /// <summary>An index names the files.</summary>
    public bool IsSharded { get; }

    /// <summary>What the index says of the bytes of all tensors, where it does.</summary>
    public long? IndexTotalSize { get; }

    /// <summary>Safetensors files of the folder that are not part of the model.</summary>
    public IReadOnlyList<string> UnusedFiles { get; }

    /// <summary>Every tensor, file after file, in the order of its data.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>Opens a folder's weights and checks every header and the index. No tensor data is read.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <exception cref="InputException">The folder, index or files are missing or faulty; every problem at once.</exception>
    public static Checkpoint Open(string folder)
    {
        ProblemList problems = new();
        return TryOpen(folder, problems) ?? throw new InputException(problems.ToList());
    }

    /// <summary>The tensor of a name, or null.</summary>
    /// <param name="name">As it stands in the files.</param>
    public TensorEntry? TryGet(string name) => _byName.TryGetValue(name, out (SafetensorsFile, TensorEntry Entry) found) ? found.Entry : null;

    /// <summary>Reads a tensor whole.</summary>
    /// <param name="name">As it stands in the files.</param>
    /// <param name="device">Where the tensor is made; the processor by default.</param>
    /// <param name="dtype">Its element type; the stored one by default.</param>
    /// <returns>A fresh tensor, owned by the caller.</returns>
    /// <exception cref="InputException">There is no such tensor, or its dtype can only be listed.</exception>
    public Tensor ReadTensor(string name, Device? device = null, ScalarType? dtype = null)
    {
        if (!_byName.TryGetValue(name, out (SafetensorsFile File, TensorEntry Entry) found))
        {
            string? near = NearestName.Find(name, _byName.Keys);
            throw new InputException(Folder, $"holds no tensor {name}" + (near is null ? "." : $"; the nearest name is {near}."));
        }

        return found.File.ReadTensor(found.Entry, device, dtype);
    }

    /// <summary>The file that holds a tensor.</summary>
    /// <param name="entry">A tensor of this checkpoint.</param>
    public SafetensorsFile FileOf(TensorEntry entry) => _byName[entry.Name].File;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (SafetensorsFile file in Files)
        {
            file.Dispose();
        }
    }

    /// <summary>As <see cref="Open"/>, with the problems noted instead of thrown.</summary>
    internal static Checkpoint? TryOpen(string folder, ProblemList problems)
    {
        int before = problems.Count;
        WeightFiles? weights = WeightFiles.Find(folder, problems);
        if (weights is null)
        {
            return null;
        }

        List<SafetensorsFile> files = [];
        foreach (string path in weights.Paths)
        {
            if (SafetensorsFile.TryOpen(path, problems) is SafetensorsFile file)
            {
                files.Add(file);
            }
        }

        CheckNames(folder, weights, files, problems);
        if (problems.Count == before)
        {
            return new Checkpoint(folder, weights, files);
        }

        foreach (SafetensorsFile file in files)
        {
            file.Dispose();
        }

        return null;
    }

    private static void CheckNames(string folder, WeightFiles weights, List<SafetensorsFile> files, ProblemList problems)
    {
        Dictionary<string, string> holders = [];
        foreach (SafetensorsFile file in files)
        {
            string fileName = Path.GetFileName(file.Path);
            foreach (TensorEntry entry in file.Entries)
            {
                if (!holders.TryAdd(entry.Name, fileName))
                {
                    problems.Add($"{file.Path}, tensor {entry.Name}", $"stands in {holders[entry.Name]} too.");
                }
                else if (weights.Map is not null && !weights.Map.ContainsKey(entry.Name))
                {
                    problems.Add($"{file.Path}, tensor {entry.Name}", $"is not named in {WeightFiles.IndexName}.");
                }
            }
        }

        Dictionary<string, SafetensorsFile> byName = files.ToDictionary(file => Path.GetFileName(file.Path));
        foreach ((string name, string fileName) in weights.Map ?? new Dictionary<string, string>())
        {
            // What a file that could not be opened holds is not known.
            if (byName.TryGetValue(fileName, out SafetensorsFile? file) && file.TryGet(name) is null)
            {
                problems.Add($"{Path.Combine(folder, WeightFiles.IndexName)}, weight_map, {DisplayName.Of(name)}", $"is said to be in {fileName}, which does not hold it.");
            }
        }

        if (files.Count > 0 && files.Count == weights.Paths.Count && files.All(opened => opened.Entries.Count == 0))
        {
            problems.Add(folder, "holds weight files without a single tensor.");
        }
    }
}
