using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Evaluation.Judge;

namespace DriveKD.Cli.Commands.Judging;

/// <summary>A graded record as one line. It says nothing of when or whence the grade came: a run that was interrupted writes the same file.</summary>
internal static class JudgedRecordJson
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Object tags stay readable; the line goes to a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(JudgedRecord record)
    {
        JudgeItem item = record.Item;
        JudgeVerdict verdict = record.Verdict;
        return JsonSerializer.Serialize(
            new
            {
                item.Index,
                SceneToken = item.Scene,
                FrameToken = item.Frame,
                item.QuestionType,
                Tag = item.Tags,
                item.Question,
                Answer = item.Reference,
                Pred = item.Prediction,
                Desc = item.Description,
                Sheet = item.Rubric?.Name,
                verdict.Score,
                Points = verdict.Reply is { Points.Count: > 0 } reply ? reply.Points.ToDictionary() : null,
                verdict.Reply?.Reason,
                Form = verdict.Reply is { Score: not null } used ? used.Form == ReplyForm.Official ? "official" : "structured" : null,
                verdict.Unscored,
                verdict.Detail,
                AskedAgain = verdict.WasAskedAgain ? true : (bool?)null,
                Repeats = record.Verdicts.Count > 1 ? record.Verdicts.Select(each => each.Score) : null,
            },
            _layout);
    }
}
