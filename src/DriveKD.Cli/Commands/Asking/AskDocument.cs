using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.InternVL;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>A question and its answer as one JSON document.</summary>
internal static class AskDocument
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
        // Answers stay readable; the document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(
        AskSettings settings, InternVLAssistant assistant, QuantizedWeights? quantized, AskInput input, Answer answer) => JsonSerializer.Serialize(
        new
        {
            model = settings.Folder,
            device = Devices.NameOf(assistant.Placement.Device),
            precision = Precisions.NameOf(assistant.Placement.DType),
            weights = settings.Weights,
            quantized,
            question = settings.Question,
            systemText = settings.SystemText,
            images = input.Question.Pictures.Zip(answer.Pictures, Image),
            answer = answer.Text,
            tokenIds = answer.TokenIds,
            answer.StopReason,
            answer.PromptTokens,
            generation = new
            {
                settings.Generation.MaxNewTokens,
                settings.Generation.Temperature,
                settings.Generation.TopK,
                settings.Generation.TopP,
                settings.Generation.RepetitionPenalty,
                settings.Generation.Seed,
            },
            timings = new
            {
                assistant.LoadSeconds,
                answer.Timings.PictureSeconds,
                answer.Timings.VisionSeconds,
                answer.Timings.PrefillSeconds,
                answer.Timings.DecodeSeconds,
                answer.Timings.AttentionSeconds,
                answer.Timings.FirstTokenSeconds,
                answer.Timings.TokensPerSecond,
            },
            attention = answer.Attention is null ? null : Attention(settings, answer.Attention),
        },
        _layout);

    private static object Image(QuestionPicture picture, PictureLayout layout) => new
    {
        file = picture.Name,
        picture.Image.Width,
        picture.Image.Height,
        tileColumns = layout.Grid.Columns,
        tileRows = layout.Grid.Rows,
        layout.HasThumbnail,
        layout.Tokens,
    };

    private static object Attention(AskSettings settings, AttentionReading reading) => new
    {
        file = settings.AttentionFile,
        reading.Layer,
        reading.Layers,
        reading.Rows,
        reading.RowCount,
        images = reading.Pictures.Select(picture => new { file = picture.Picture.Name, picture.Sum, largest = picture.Weights.Max() }),
    };
}
