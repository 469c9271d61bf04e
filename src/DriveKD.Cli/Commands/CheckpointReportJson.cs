using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Inspection;

namespace DriveKD.Cli.Commands;

/// <summary>A model folder's inspection as one JSON document.</summary>
internal static class CheckpointReportJson
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>"number of blocks" as "numberOfBlocks".</summary>
    private static string Camel(string words) => string.Concat(words.Replace(",", "", StringComparison.Ordinal).Split(' ').Select((word, i) => i == 0 ? word.ToLowerInvariant() : char.ToUpperInvariant(word[0]) + word[1..]));

    public static string Write(CheckpointReport report, bool showsTensors)
    {
        Dictionary<string, object?> document = new()
        {
            ["folder"] = report.Folder,
            ["family"] = report.Family,
            ["shape"] = report.Shape,
            ["modelFamily"] = report.Config.Family.Name,
            ["naming"] = report.Naming,
            ["files"] = report.Files,
            ["vision"] = report.Config.TowerFacts().ToDictionary(fact => Camel(fact.Name), fact => fact.Value),
            ["language"] = report.Config.Language,
            ["parameters"] = report.Parameters,
            ["parts"] = report.Parts,
            ["bytes"] = report.Bytes,
            ["dtypes"] = report.DTypes.Select(dtype => new { dtype = dtype.DType, dtype.Tensors, dtype.Parameters, dtype.Bytes }),
            ["memory"] = report.Memory,
            ["tokensPerPicture"] = report.TokensPerPicture,
            ["maxTokensPerPicture"] = report.MaxTokensPerPicture,
            ["usualPicture"] = report.UsualPicture,
            ["largestPicture"] = report.LargestPicture,
            ["vocabularyRows"] = report.VocabularyRows,
            ["tokenizerSize"] = report.Tokenizer?.Size,
            ["isTied"] = report.IsTied,
            ["chatTemplate"] = report.ChatTemplate,
            ["oddities"] = report.Oddities,
            ["faults"] = report.Faults,
        };
        if (showsTensors)
        {
            document["tensors"] = report.Tensors.Select(tensor => new
            {
                tensor.Name,
                dtype = TensorDTypes.NameOf(tensor.DType),
                tensor.Shape,
                tensor.ByteLength,
                file = Path.GetFileName(tensor.File),
            });
        }

        return JsonSerializer.Serialize(document, _layout);
    }
}
