using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.DriveBench.Scoring;

/// <summary>Builds files of answers and scores them.</summary>
internal static class AnswerRecords
{
    /// <summary>A record of the perception multiple choice, or of another place.</summary>
    public static JsonObject Record(string answer, string? pred, string scene = "s", string frame = "f", string type = "perception", int tag = 0, string question = "Status?") => new()
    {
        ["scene_token"] = scene,
        ["frame_token"] = frame,
        ["question_type"] = type,
        ["question"] = question,
        ["answer"] = answer,
        ["tag"] = new JsonArray(tag),
        ["pred"] = pred,
    };

    public static ScoreReport Score(params JsonNode[] records) => Score(null, records);

    public static ScoreReport Score(string? references, params JsonNode[] records)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["answers.json"], new JsonArray(records).ToJsonString());
        if (references is not null)
        {
            File.WriteAllText(folder["references.json"], references);
        }

        return ResultScorer.Score(AnswerFile.Read(folder["answers.json"]), references is null ? null : ReferenceFile.Read(folder["references.json"]));
    }

    public static JsonElement Json(ScoreReport report, bool lists = false) => JsonDocument.Parse(ScoreJson.Write(report, lists)).RootElement;
}
