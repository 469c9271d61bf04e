using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification;

/// <summary>One recorded case: NAME.safetensors and NAME.json, either of which may be absent. Remembers which tensors were asked for.</summary>
public sealed class GoldenCase : IDisposable
{
    private readonly JsonDocument _document;
    private readonly SafetensorsFile? _tensors;
    private readonly HashSet<string> _used = [];

    private GoldenCase(string name, string path, JsonDocument document, SafetensorsFile? tensors)
    {
        (Name, Path, _document, _tensors) = (name, path, document, tensors);
        Facts = new GoldenFacts(path + ".json", string.Empty, document.RootElement);
    }

    /// <summary>The case's name: CHECKPOINT/NAME for a model.</summary>
    public string Name { get; }

    /// <summary>The files' path without their extensions.</summary>
    public string Path { get; }

    /// <summary>What the JSON file says.</summary>
    public GoldenFacts Facts { get; }

    /// <summary>Every tensor's name, in the order of the file.</summary>
    public IEnumerable<string> Names => _tensors?.Entries.Select(entry => entry.Name) ?? [];

    /// <summary>Names of tensors that nothing asked for.</summary>
    public IEnumerable<string> Unused => Names.Where(name => !_used.Contains(name));

    /// <summary>Opens the files of a case.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="path">The files' path without their extensions.</param>
    /// <exception cref="InputException">A file is broken.</exception>
    public static GoldenCase Open(string name, string path)
    {
        JsonDocument document = ReadJson(path + ".json");
        try
        {
            return new GoldenCase(name, path, document, File.Exists(path + ".safetensors") ? SafetensorsFile.Open(path + ".safetensors") : null);
        }
        catch (InputException)
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>The JSON file lists the tensors that were recorded: none may be missing or of another shape.</summary>
    /// <param name="tally">Where they are compared.</param>
    public void CompareIndex(StageTally tally)
    {
        foreach ((string name, JsonElement value) in Facts.Members("tensors") ?? [])
        {
            string expected = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("shape", out JsonElement shape) && shape.ValueKind == JsonValueKind.Array
                ? TensorShape.Format(shape.EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out long number) ? number : -1))
                : "unknown";
            tally.Same(name, expected, ShapeOf(name) is long[] found ? TensorShape.Format(found) : "missing");
        }
    }

    /// <summary>Whether a tensor is recorded.</summary>
    /// <param name="name">The tensor's name.</param>
    public bool Has(string name) => _tensors?.TryGet(name) is not null;

    /// <summary>A tensor's recorded shape, or null.</summary>
    /// <param name="name">The tensor's name.</param>
    public long[]? ShapeOf(string name) => _tensors?.TryGet(name)?.Shape;

    /// <summary>Reads a tensor as it is stored.</summary>
    /// <param name="name">The name of a recorded tensor.</param>
    /// <returns>A fresh tensor, caught by the caller's scope.</returns>
    public Tensor Read(string name)
    {
        _used.Add(name);
        return _tensors!.ReadTensor(_tensors.TryGet(name)!);
    }

    /// <summary>Reads the first of several names that is recorded; null where none is.</summary>
    /// <param name="names">In order of preference.</param>
    public Tensor? ReadFirst(params string[] names) => names.FirstOrDefault(Has) is string name ? Read(name) : null;

    /// <summary>Reads a tensor of a known number of dimensions.</summary>
    /// <param name="rank">That number.</param>
    /// <param name="names">In order of preference.</param>
    /// <exception cref="InputException">It has another number, or is empty.</exception>
    public Tensor? ReadFirst(int rank, params string[] names)
    {
        if (names.FirstOrDefault(Has) is not string name)
        {
            return null;
        }

        long[] shape = ShapeOf(name)!;
        return shape.Length == rank && shape.All(size => size > 0)
            ? Read(name)
            : throw new InputException($"{Path}.safetensors, tensor {name}", $"has the shape {TensorShape.Format(shape)}; {rank} dimensions are expected, none of them 0.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _document.Dispose();
        _tensors?.Dispose();
    }

    private static JsonDocument ReadJson(string file)
    {
        if (!File.Exists(file))
        {
            return JsonDocument.Parse("{}");
        }

        try
        {
            JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw new InputException(file, "does not hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is not valid JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }
}
