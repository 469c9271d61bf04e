using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Folders;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// The files of what only training needs, beside a checkpoint: <c>state.json</c> with the numbers of every part that remembers something,
/// and one safetensors file per set of tensors.
/// </summary>
internal static class TrainingState
{
    private const string NumbersFile = "state.json";

    private static readonly JsonSerializerOptions _options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        // A score that was never set is minus infinity.
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Fills a folder.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="numbers">By part, then by name.</param>
    /// <param name="tensors">By set, then by name; left to the caller.</param>
    /// <exception cref="InputException">The disk is full or the folder cannot be written.</exception>
    public static void Write(
        string folder,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> numbers,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, Tensor>> tensors)
    {
        FreeSpace.Require(folder, tensors.Values.SelectMany(set => set.Values).Sum(tensor => tensor.numel() * tensor.element_size()), "the state of the training");
        foreach ((string set, IReadOnlyDictionary<string, Tensor> values) in tensors)
        {
            if (values.Count > 0)
            {
                SafetensorsWriter.Write(Path.Combine(folder, set + ".safetensors"), [.. values]);
            }
        }

        AtomicFile.WriteText(Path.Combine(folder, NumbersFile), JsonSerializer.Serialize(numbers, _options) + "\n");
    }

    /// <summary>Reads the numbers.</summary>
    /// <param name="folder">A folder that <see cref="Write"/> filled.</param>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> ReadNumbers(string folder)
    {
        string file = Path.Combine(folder, NumbersFile);
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>>(File.ReadAllBytes(file), _options)
                ?? throw new InputException(file, "holds null, expected the state of a training");
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is damaged: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a set of tensors and hands it over; an absent set is empty.</summary>
    /// <param name="folder">A folder that <see cref="Write"/> filled.</param>
    /// <param name="set">The set.</param>
    /// <param name="take">Copies what it needs.</param>
    /// <exception cref="InputException">The file is damaged, or what it holds does not fit.</exception>
    public static void ReadTensors(string folder, string set, Action<IReadOnlyDictionary<string, Tensor>> take)
    {
        Dictionary<string, Tensor> tensors = [];
        string path = Path.Combine(folder, set + ".safetensors");
        try
        {
            if (File.Exists(path))
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                foreach (TensorEntry entry in file.Entries)
                {
                    tensors.Add(entry.Name, file.ReadTensor(entry));
                }
            }

            take(tensors);
        }
        finally
        {
            foreach (Tensor tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }
}
