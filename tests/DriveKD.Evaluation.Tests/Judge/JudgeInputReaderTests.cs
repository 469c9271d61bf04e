using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Judge;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Judge;

public sealed class JudgeInputReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_SoundRecords_FindTheirSheets()
    {
        JudgeInput input = Read(
            Record("perception", 2, "Q1"), Record("perception", 0, "Q2"), Record("prediction", 3, "Q3"), Record("planning", 1, "Q4"), Record("Behavior ", 0, "Q5"));

        Assert.Equal(["perception_vqa", "perception_mcq", "prediction_vqa", "planning_vqa", "behavior_mcq"], input.Items.Select(item => item.Rubric!.Name));
        Assert.All(input.Items, item => Assert.Null(item.Obstacle));
        Assert.Empty(input.Notes);
        Assert.Equal([0, 1, 2, 3, 4], input.Items.Select(item => item.Index));
    }

    [Fact]
    public void Read_RecordsThatCannotBeJudged_StayInWithTheReason()
    {
        JudgeInput input = Read(
            Record("prediction", 0, "Q"), Record("motion", 0, "Q"), Record("perception", 1, "Q"), new { question = "Q" }, 5,
            Record("behavior", 0, null), Record("behavior", 0, "Q", answer: " "), Record("behavior", 0, "Q2", pred: null),
            Record("behavior", 0, "twice"), Record("behavior", 0, "twice", pred: "other"), new { question_type = "behavior", question = "Q", tag = "0", answer = "A", pred = "A" },
            new { question_type = "behavior", question = "Q", tag = new[] { 0 }, answer = "A", pred = new[] { "A" } });

        Assert.Equal(
            [
                "yes-or-no questions are not judged", "there is no sheet for its question type", "there is no sheet for its tags", "there is no question type",
                "the record is no object", "there is no question", "there is no reference answer", "there is no answer (pred)", null,
                "the question stands twice; the first answer is judged", "there is no tag, which tells the sheet", "there is no answer (pred)",
            ],
            input.Items.Select(item => item.Obstacle));
    }

    [Fact]
    public void Read_EmptyAnswer_IsAnAnswer()
    {
        JudgeInput input = Read(Record("behavior", 0, "Q", pred: ""), Record("behavior", 0, "Q2", pred: " \n"));

        Assert.All(input.Items, item => Assert.Null(item.Obstacle));
        Assert.Contains("2 answers are empty", Assert.Single(input.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_References_ReplaceTheRecordsOwn()
    {
        Write("references.json", Record("behavior", 0, "Q1", answer: "C"), Record("behavior", 0, "Q1", answer: "D"), Record("behavior", 0, "Q9", answer: "D"));
        Write("answers.json", Record("behavior", 0, "Q1", answer: "A"), Record("behavior", 0, "Q2", answer: "A"));

        JudgeInput input = JudgeInputReader.Read(_folder["answers.json"], _folder["references.json"]);

        Assert.Equal(("C", null), (input.Items[0].Reference, input.Items[0].Obstacle));
        Assert.Equal("the references do not hold the question", input.Items[1].Obstacle);
        Assert.Equal(["1 questions of the references are not in the answers", "1 questions stand in the references with different answers: the first is taken"], input.Notes);
    }

    [Fact]
    public void Read_DriveLmReferences_GiveAnswersAndDescriptions()
    {
        string demo = TestPaths.RequireShared("data", "drivelm-demo", "train_sample.json");
        using JsonDocument scoring = JsonDocument.Parse(File.ReadAllBytes(TestPaths.RequireShared("golden", "metrics", "scoring.json")));
        JsonElement[] questions = [.. scoring.RootElement.GetProperty("questions").EnumerateArray()];
        Write("answers.json", [.. questions.Select(question => (object)new
        {
            scene_token = question.GetProperty("scene_token").GetString(),
            frame_token = question.GetProperty("frame_token").GetString(),
            question_type = question.GetProperty("question_type").GetString(),
            question = question.GetProperty("question").GetString(),
            tag = question.GetProperty("tag").EnumerateArray().Select(tag => tag.GetInt32()),
            pred = "I do not know.",
        })]);

        JudgeInput input = JudgeInputReader.Read(_folder["answers.json"], demo);

        JudgeItem[] open = [.. input.Items.Where(item => item.Rubric is { IsMultipleChoice: false })];
        Assert.Equal(40, open.Length);
        Assert.Equal(40, open.Count(item => item.Obstacle is null));
        Assert.Equal(
            questions.Where(question => question.GetProperty("answer").GetString()!.Length > 1 && question.GetProperty("tag")[0].GetInt32() != 0).Select(question => question.GetProperty("answer").GetString()),
            open.Select(item => item.Reference));
        Assert.All(open.Where(item => item.Rubric == Rubrics.PlanningOpen), item => Assert.NotNull(item.Description));
    }

    [Theory]
    [InlineData("", "is not valid JSON at line 1")]
    [InlineData("{}", "is no list of records")]
    [InlineData("[]", "is no list of records")]
    [InlineData("[{]", "is not valid JSON at line 1, byte 3")]
    public void Read_FileOfAnotherForm_IsRefused(string text, string message)
    {
        File.WriteAllText(_folder["answers.json"], text);

        Assert.Contains(message, Assert.Throws<InputException>(() => JudgeInputReader.Read(_folder["answers.json"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FilesThatAreNotThere_AreNamed()
    {
        Write("answers.json", Record("behavior", 0, "Q"));

        Assert.Contains("none.json", Assert.Throws<InputException>(() => JudgeInputReader.Read(_folder["none.json"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => JudgeInputReader.Read(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("holds no reference answer", Assert.Throws<InputException>(() => JudgeInputReader.Read(_folder["answers.json"], TestPaths.Asset("trainer", "lr_table.json"))).Message, StringComparison.Ordinal);
    }

    private JudgeInput Read(params object[] records)
    {
        Write("answers.json", records);
        return JudgeInputReader.Read(_folder["answers.json"]);
    }

    private void Write(string name, params object[] records) => File.WriteAllText(_folder[name], JsonSerializer.Serialize(records));

    private static object Record(string type, int tag, string? question, string answer = "B", string? pred = "B. Left.") =>
        new { scene_token = "s", frame_token = "f", question_type = type, question, answer, tag = new[] { tag }, pred };
}
