using System.Text.Encodings.Web;
using System.Text.Json;
using DriveKD.Evaluation.Judge;

namespace DriveKD.Cli.Commands.Judging;

/// <summary>What came of a run, as one JSON document.</summary>
internal static class JudgeDocument
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // The document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(JudgeSettings settings, JudgeModel model, JudgeInput input, JudgeSummary summary) => JsonSerializer.Serialize(
        new
        {
            Judge = model.Name,
            settings.Answers,
            settings.References,
            Out = settings.Output,
            settings.Cache,
            Tasks = summary.Cells.Where(cell => cell.Kind is not null).GroupBy(cell => cell.Task)
                .ToDictionary(task => task.Key, task => task.ToDictionary(cell => cell.Kind!, Cell)),
            WithoutSheet = summary.Cells.Where(cell => cell.Kind is null).ToDictionary(cell => cell.Task, Cell),
            UnscoredReasons = summary.UnscoredReasons.ToDictionary(),
            summary.AskedAgain,
            summary.InOfficialForm,
            summary.WithoutDescription,
            SelfAgreement = summary.Agreement,
            Usage = new
            {
                summary.Usage.Requests,
                summary.Usage.Retries,
                summary.Usage.InputTokens,
                summary.Usage.OutputTokens,
                summary.Usage.EstimatedReplies,
                summary.Usage.Cost,
                summary.FromCache,
            },
            Stopped = summary.Stop,
            Fault = summary.Fault?.ToString(),
            input.Notes,
        },
        _layout);

    private static object Cell(JudgeCell cell) => new { N = cell.Count, cell.Scored, cell.Unscored, cell.Mean };
}
