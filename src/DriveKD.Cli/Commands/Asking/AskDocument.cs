using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.Layers;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>Questions and their answers as one JSON document.</summary>
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

    /// <summary>One question is one object; several are a list of such objects under <c>answers</c>.</summary>
    /// <param name="settings">What the user wrote.</param>
    /// <param name="assistant">The model.</param>
    /// <param name="quantized">What rounding changed, or null.</param>
    /// <param name="asked">The questions that were asked, with their answers.</param>
    /// <param name="areSeveral">Whether several were to be asked.</param>
    public static string Write(
        AskSettings settings,
        ModelAssistant assistant,
        QuantizedWeights? quantized,
        IReadOnlyList<(Question Question, Answer Answer)> asked,
        bool areSeveral)
    {
        object[] documents = [.. asked.Select(pair => Document(settings, assistant, quantized, pair.Question, pair.Answer))];
        return JsonSerializer.Serialize(areSeveral ? new { answers = documents } : documents[0], _layout);
    }

    private static object Document(AskSettings settings, ModelAssistant assistant, QuantizedWeights? quantized, Question question, Answer answer) => new
    {
        model = settings.Folder,
        device = Devices.NameOf(assistant.Placement.Device),
        precision = Precisions.NameOf(assistant.Placement.DType),
        weights = settings.Weights,
        quantized,
        question = question.Text,
        systemText = settings.SystemText,
        images = question.Pictures.Zip(answer.Pictures, Image),
        answer = answer.Text,
        tokenIds = answer.TokenIds,
        answer.StopReason,
        answer.PromptTokens,
        answer.ReusedTokens,
        answer.ReusedTiles,
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
    };

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
