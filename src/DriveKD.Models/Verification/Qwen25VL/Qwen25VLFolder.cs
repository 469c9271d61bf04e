using System.Text.Json;
using DriveKD.Models.Families;
using DriveKD.Models.Qwen25VL;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>
/// What lies in a folder of recordings: checkpoints in folders, their cases in files whose names begin with the folder's name and a hyphen, and
/// tables in other JSON files, told by their content.
/// </summary>
internal sealed class Qwen25VLFolder
{
    private Qwen25VLFolder(
        string path, string[] checkpoints, IReadOnlyList<RecordedCase> cases, IReadOnlyList<(string File, TableKind Kind)> tables) =>
        (Path, Checkpoints, Cases, Tables) = (path, checkpoints, cases, tables);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Names of the folders that hold models.</summary>
    public IReadOnlyList<string> Checkpoints { get; }

    /// <summary>The cases, checkpoint after checkpoint.</summary>
    public IReadOnlyList<RecordedCase> Cases { get; }

    /// <summary>Names of the other JSON files, and what they hold.</summary>
    public IReadOnlyList<(string File, TableKind Kind)> Tables { get; }

    /// <summary>Looks into a folder.</summary>
    /// <param name="folder">An existing folder.</param>
    public static Qwen25VLFolder Open(string folder)
    {
        // The longest first: a name may begin with another.
        string[] checkpoints = [.. Directory.EnumerateDirectories(folder).Where(IsCheckpoint).Select(path => System.IO.Path.GetFileName(path))
            .OrderByDescending(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)];
        List<RecordedCase> cases = [];
        List<(string File, TableKind Kind)> tables = [];
        IEnumerable<string> recorded = Directory.EnumerateFiles(folder).Where(file => System.IO.Path.GetExtension(file) is ".json" or ".safetensors");
        foreach (IGrouping<string, string> files in recorded.GroupBy(file => System.IO.Path.GetFileNameWithoutExtension(file))
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            string stem = System.IO.Path.Combine(folder, files.Key);
            string? checkpoint = checkpoints.FirstOrDefault(begin => files.Key.StartsWith(begin + "-", StringComparison.Ordinal));
            TableKind kind = checkpoint is not null || !files.Contains(stem + ".json") ? TableKind.Case : KindOf(stem + ".json");
            if (kind == TableKind.Case)
            {
                string name = checkpoint is null ? files.Key : $"{checkpoint}/{files.Key[(checkpoint.Length + 1)..]}";
                cases.Add(new RecordedCase(checkpoint, name, stem));
            }
            else
            {
                tables.Add((files.Key + ".json", kind));
            }
        }

        RecordedCase[] ordered = [.. cases.OrderBy(item => item.Checkpoint, StringComparer.Ordinal)];
        return new Qwen25VLFolder(folder, [.. checkpoints.Order(StringComparer.Ordinal)], ordered, tables);
    }

    /// <summary>Whether there is anything of this family: a case of such a checkpoint, or a table of windows or positions.</summary>
    public bool IsOfTheFamily() =>
        Tables.Any(table => table.Kind is TableKind.Windows or TableKind.Positions)
        || Cases.Select(item => item.Checkpoint).OfType<string>().Distinct()
            .Any(checkpoint => IsOfTheFamily(System.IO.Path.Combine(Path, checkpoint)));

    /// <summary>Whether a checkpoint is of this family, or says so little that opening it has to tell what is wrong with it.</summary>
    private static bool IsOfTheFamily(string checkpoint)
    {
        using JsonDocument? document = TryRead(System.IO.Path.Combine(checkpoint, ModelConfigReader.FileName));
        return document is not null
            && (!document.RootElement.TryGetProperty("model_type", out JsonElement type)
                || type.ValueKind != JsonValueKind.String
                || Qwen25VLFamily.Instance.ModelTypes.Contains(type.GetString()));
    }

    private static bool IsCheckpoint(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, ModelConfigReader.FileName)) || Directory.EnumerateFiles(folder, "*.safetensors").Any();

    private static TableKind KindOf(string file)
    {
        using JsonDocument? document = TryRead(file);
        if (document is null)
        {
            return TableKind.Broken;
        }

        JsonElement root = document.RootElement;
        bool Has(string key, JsonValueKind kind) => root.TryGetProperty(key, out JsonElement value) && value.ValueKind == kind;
        if (Has("rows", JsonValueKind.Array))
        {
            JsonElement first = root.GetProperty("rows").EnumerateArray().FirstOrDefault();
            bool IsOfRows(string key) =>
                first.ValueKind == JsonValueKind.Object && first.TryGetProperty("image_grid_thw", out _) && first.TryGetProperty(key, out _);
            return IsOfRows(WindowTable.Key) ? TableKind.Windows : IsOfRows(PositionTable.Key) ? TableKind.Positions : TableKind.Unknown;
        }

        return Has("gradients", JsonValueKind.Object) || Has("prompt_ids", JsonValueKind.Array) ? TableKind.Case
            : Has("model_type", JsonValueKind.String) && Has("vision_config", JsonValueKind.Object) ? TableKind.Config
            : root.EnumerateObject().Any(member => member.Name.StartsWith(NameTable.KeyBegin, StringComparison.Ordinal)) ? TableKind.TensorNames
            : AreChecks(root) ? TableKind.Checks
            : TableKind.Unknown;
    }

    /// <summary>All keys are names of cases.</summary>
    private static bool AreChecks(JsonElement root) =>
        root.EnumerateObject().Any() && root.EnumerateObject().All(member => member.Name.Contains('/', StringComparison.Ordinal));

    /// <summary>The JSON object in a file; null where it holds none, or cannot be read.</summary>
    private static JsonDocument? TryRead(string file)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonTexts.Check(document.RootElement);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            // Whoever compares the file reads it again and says what is wrong.
        }

        document?.Dispose();
        return null;
    }
}
