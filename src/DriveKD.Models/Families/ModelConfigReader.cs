using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Models.Families;

/// <summary>Reads config.json of a folder of any family.</summary>
public static class ModelConfigReader
{
    /// <summary>The file's name in a checkpoint folder.</summary>
    public const string FileName = "config.json";

    private static readonly JsonDocumentOptions _jsonOptions = new() { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads the config of a checkpoint folder.</summary>
    /// <param name="folder">A folder with config.json.</param>
    /// <param name="limits">Areas of pictures in place of the model's own; null for these.</param>
    /// <param name="where">What gives the limits, for messages.</param>
    /// <exception cref="InputException">
    /// The folder or file is missing, the JSON is broken, the model is of no known family, or values are not supported; all at once.
    /// </exception>
    public static ModelConfig Read(string folder, PixelLimits? limits = null, (string Min, string Max)? where = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(folder, "is not a folder; a checkpoint folder with config.json, tokenizer files and *.safetensors is expected.");
        }

        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            throw new InputException(folder, "holds no config.json; a checkpoint folder with config.json, tokenizer files and *.safetensors is expected.");
        }

        ModelConfig config = Parse(file, ReadText(file), folder);
        return limits is null || limits.AreOwn ? config : config.WithPixelLimits(limits, where ?? ("min_pixels", "max_pixels"));
    }

    /// <summary>Reads a config from its text.</summary>
    /// <param name="file">The name used in messages.</param>
    /// <param name="json">The content of a config.json.</param>
    /// <param name="folder">Its folder, where other files may say more; null where there is none.</param>
    /// <exception cref="InputException">As <see cref="Read"/>.</exception>
    public static ModelConfig Parse(string file, string json, string? folder = null)
    {
        using JsonDocument document = ParseJson(file, json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InputException(file, "does not hold a JSON object.");
        }

        List<Problem> problems = [];
        ConfigSection root = new(file, string.Empty, document.RootElement, problems);
        string? type = root.Text("model_type");
        ModelFamily family = problems.Count == 0 ? ModelFamilies.OfType(file, type) : throw new InputException(problems);
        ModelConfig? config = family.ReadConfig(root, folder, problems);
        return problems.Count == 0 && config is not null ? config : throw new InputException(problems);
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    private static JsonDocument ParseJson(string file, string json)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(json, _jsonOptions);
            JsonTexts.Check(document.RootElement);
            return document;
        }
        catch (JsonException exception)
        {
            throw new InputException(
                $"{file}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}", $"is not valid JSON: {exception.Message}", exception);
        }
    }
}
