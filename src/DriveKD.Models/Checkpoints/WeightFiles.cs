using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Checkpoints;

/// <summary>Which files of a checkpoint folder hold its weights.</summary>
internal sealed record WeightFiles
{
    public const string SingleName = "model.safetensors";
    public const string IndexName = "model.safetensors.index.json";

    private static readonly string[] _otherFormats = [".bin", ".pt", ".pth", ".ckpt", ".gguf", ".h5", ".msgpack", ".onnx"];

    /// <summary>Paths in the order in which they are read.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Tensor name to file name, where the folder has an index.</summary>
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>metadata.total_size of the index, where it is there.</summary>
    public long? TotalSize { get; init; }

    /// <summary>Safetensors files of the folder that are not read.</summary>
    public required IReadOnlyList<string> Unused { get; init; }

    /// <summary>The file is no companion: it holds weights or training state in one of the formats that go by these endings.</summary>
    public static bool IsWeightFile(string fileName) =>
        fileName.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase)
        || _otherFormats.Contains(Path.GetExtension(fileName), StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the weight files of a folder, or null with the problems noted.</summary>
    public static WeightFiles? Find(string folder, ProblemList problems)
    {
        if (!Directory.Exists(folder))
        {
            problems.Add(folder, "is not a folder; a checkpoint folder with config.json, tokenizer files and *.safetensors is expected.");
            return null;
        }

        string[] names;
        try
        {
            names = [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(folder, $"could not be read: {exception.Message}");
            return null;
        }

        string[] safetensors = [.. names.Where(name => name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))];
        if (safetensors.Contains(SingleName))
        {
            // The order of precedence that transformers has: an index beside the single file is not read.
            return new WeightFiles { Paths = [Path.Combine(folder, SingleName)], Unused = [.. safetensors.Where(name => name != SingleName)] };
        }

        if (names.Contains(IndexName))
        {
            return FromIndex(folder, safetensors, problems);
        }

        if (safetensors.Length == 1 && !safetensors[0].Contains("-of-", StringComparison.Ordinal))
        {
            return new WeightFiles { Paths = [Path.Combine(folder, safetensors[0])], Unused = [] };
        }

        problems.Add(folder, WhyNone(names, safetensors));
        return null;
    }

    private static string WhyNone(string[] names, string[] safetensors)
    {
        string expected = $"{SingleName}, or {IndexName} with its shards, is expected";
        string[] others = [.. names.Where(IsWeightFile).Where(name => !name.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase))];
        return names.Length == 0 ? $"is empty; {expected}."
            : safetensors.Length > 0 ? $"holds {string.Join(", ", safetensors)} but no {IndexName}; {expected}. Download the index too."
            : others.Length > 0 ? $"holds weights only as {string.Join(", ", others)}; {expected}. Save the model again with safetensors."
            : $"holds no weights; {expected}.";
    }

    private static WeightFiles? FromIndex(string folder, string[] safetensors, ProblemList problems)
    {
        string index = Path.Combine(folder, IndexName);
        int before = problems.Count;
        Dictionary<string, string> map = [];
        long? totalSize = null;
        try
        {
            using FileStream stream = File.OpenRead(index);
            using JsonDocument document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out JsonElement weights)
                || weights.ValueKind != JsonValueKind.Object)
            {
                problems.Add(index, "has no object weight_map of tensor names to files.");
                return null;
            }

            if (document.RootElement.TryGetProperty("metadata", out JsonElement metadata) && metadata.ValueKind == JsonValueKind.Object
                && metadata.TryGetProperty("total_size", out JsonElement size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out long total))
            {
                totalSize = total;
            }

            ReadMap(index, weights, map, problems);
        }
        catch (JsonException exception)
        {
            problems.Add($"{index}, line {exception.LineNumber + 1}", $"is not valid JSON: {exception.Message}");
        }
        catch (InvalidOperationException exception)
        {
            problems.Add(index, $"holds a text that is not valid: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(index, $"could not be read: {exception.Message}");
        }

        if (problems.Count == before && map.Count == 0)
        {
            problems.Add(index, "names no tensors.");
        }

        string[] used = [.. map.Values.Distinct().Order(StringComparer.Ordinal)];
        return problems.Count > before ? null : new WeightFiles
        {
            Paths = [.. used.Select(name => Path.Combine(folder, name))],
            Map = map,
            TotalSize = totalSize,
            Unused = [.. safetensors.Except(used)],
        };
    }

    private static void ReadMap(string index, JsonElement weights, Dictionary<string, string> map, ProblemList problems)
    {
        HashSet<string> refused = [];
        foreach (JsonProperty property in weights.EnumerateObject())
        {
            string? file = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
            if (file is null)
            {
                problems.Add($"{index}, weight_map, {DisplayName.Of(property.Name)}", "is not the name of a file.");
            }
            else if (!IsPlainName(file))
            {
                if (refused.Add(file))
                {
                    problems.Add($"{index}, weight_map, {DisplayName.Of(property.Name)}", $"names '{DisplayName.Of(file)}', which is not a plain file name; shards must lie in the folder itself.");
                }
            }
            else if (!map.TryAdd(property.Name, file))
            {
                problems.Add($"{index}, weight_map, {DisplayName.Of(property.Name)}", "stands there more than once.");
            }
        }
    }

    private static bool IsPlainName(string file) =>
        file.Length > 0 && file is not ("." or "..") && !DisplayName.IsOdd(file) && file.IndexOfAny(['/', '\\', ':', '\0']) < 0;
}
