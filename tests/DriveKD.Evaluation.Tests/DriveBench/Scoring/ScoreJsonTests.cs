using System.Text.Json;
using DriveKD.Evaluation.DriveBench.Scoring;
using static DriveKD.Evaluation.Tests.DriveBench.Scoring.AnswerRecords;

namespace DriveKD.Evaluation.Tests.DriveBench.Scoring;

public sealed class ScoreJsonTests
{
    [Fact]
    public void Write_Report_EveryCellWithItsFiguresAndIntervals()
    {
        JsonElement root = Json(Score(
            Record("B", "B. There is a car.", scene: "1"),
            Record("B", null, scene: "2"),
            Record("Go now", "Go", scene: "1", type: "planning", tag: 1),
            Record("Stop the car", "Stop", scene: "2", type: "planning", tag: 1)));

        JsonElement letters = root.GetProperty("tasks").GetProperty("perception").GetProperty("mcq");
        Assert.Equal((1, 1), (letters.GetProperty("n").GetInt32(), letters.GetProperty("unscored").GetInt32()));
        Assert.Equal(0, letters.GetProperty("official_accuracy").GetDouble());
        Assert.Equal(1, letters.GetProperty("strict_accuracy").GetDouble());
        Assert.Equal(2, letters.GetProperty("strict_accuracy_interval").GetArrayLength());
        JsonElement open = root.GetProperty("tasks").GetProperty("planning").GetProperty("vqa");
        Assert.All(
            (string[])["bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "cider"],
            name => Assert.Equal((JsonValueKind.Number, 2), (open.GetProperty(name).ValueKind, open.GetProperty($"{name}_interval").GetArrayLength())));
        JsonElement empty = root.GetProperty("tasks").GetProperty("behavior").GetProperty("mcq");
        Assert.Equal((0, JsonValueKind.Null), (empty.GetProperty("n").GetInt32(), empty.GetProperty("official_accuracy").ValueKind));
        Assert.All(root.GetProperty("tasks").EnumerateObject(), task => Assert.All((string[])["mcq", "vqa"], form => Assert.True(task.Value.GetProperty(form).GetProperty("n").GetInt32() >= 0)));
        Assert.Equal(1, root.GetProperty("unscored_reasons").GetProperty("missing_answer").GetInt32());
        Assert.Equal("missing_answer", root.GetProperty("unscored_questions")[0].GetProperty("reason").GetString());
        Assert.Equal(1, root.GetProperty("disagreements").GetProperty("count").GetInt32());
        Assert.False(root.GetProperty("disagreements").TryGetProperty("items", out _));
    }

    [Fact]
    public void Write_ListsDisagreements_WithBothReadings()
    {
        ScoreReport report = Score(Record("B", "B. There is a car."));

        JsonElement item = Assert.Single(Json(report, lists: true).GetProperty("disagreements").GetProperty("items").EnumerateArray());
        Assert.Equal(("A", "B"), (item.GetProperty("official").GetString(), item.GetProperty("strict").GetString()));
    }
}
