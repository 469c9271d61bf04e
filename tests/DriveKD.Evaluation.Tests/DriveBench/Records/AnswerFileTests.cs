using DriveKD.Data.Errors;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.DriveBench.Records;

public sealed class AnswerFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""[{"question_type": "planning", "question": "Q", "answer": "A", "pred": "P", "tag": [1]}]""", false)]
    [InlineData("""{"results": [{"question_type": "planning", "question": "Q", "answer": "A", "pred": "P", "tag": 1}]}""", false)]
    [InlineData("""[{"id": "s_f_0", "question": "Q", "answer": "P"}]""", true)]
    [InlineData("""{"s_f_0": {"question": "Q", "answer": "P"}}""", true)]
    [InlineData("""{"s_f_0": "P"}""", true)]
    public void Read_KnownForms_TheAnswer(string json, bool isSubmission)
    {
        AnswerFile answers = Read(json);

        QuestionRecord record = Assert.Single(answers.Records);
        Assert.Equal((isSubmission, "P", isSubmission ? "s_f_0" : null), (answers.IsSubmission, record.Prediction, record.Id));
        Assert.Null(record.Fault);
    }

    [Theory]
    [InlineData("", "is an empty file")]
    [InlineData("[{]", "is not valid JSON at line 1, byte 3")]
    [InlineData("7", "holds the number 7")]
    [InlineData("[]", "holds no answers")]
    [InlineData("""[{"messages": []}]""", "holds neither 'pred' and question types nor ids")]
    [InlineData("""{"scene": {"key_frames": {}}}""", "as references have them")]
    public void Read_OtherFiles_SayWhatWasFound(string json, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""[{"question_type": "planning", "pred": ["P"]}]""", "'pred' is a list, expected a text")]
    [InlineData("""[{"question_type": "planning", "pred": "P", "pred": "Q"}]""", "pred the key stands twice in one object; keep one.")]
    [InlineData("""[{"question_type": "planning", "pred": "\ud800"}]""", "pred the text is not valid UTF-8")]
    public void Read_FaultyRecord_KeepsItWithTheFault(string json, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Read(json).Records).Fault, StringComparison.Ordinal);

    [Fact]
    public void ReadReferences_FileOfScenes_NumbersQuestionsInTheChallengesOrder()
    {
        File.WriteAllText(_folder["r.json"], """
            {"s": {"key_frames": {"f": {"image_paths": {"CAM_FRONT": "x.jpg"}, "QA": {
              "behavior": [{"Q": "b", "A": "A", "tag": [0]}],
              "perception": [{"Q": "p", "A": "There", "tag": [2]}, 7],
              "planning": [{"Q": "l", "A": "Go", "tag": [1]}]}}}}}
            """);
        ReferenceFile references = ReferenceFile.Read(_folder["r.json"]);

        Assert.True(references.IsDriveLm);
        Assert.Equal([("s_f_0", "p"), ("s_f_1", null), ("s_f_2", "l"), ("s_f_3", "b")], references.Questions.Select(question => (question.Id!, question.Question)));
        Assert.NotNull(references.Questions[1].Fault);
    }

    [Fact]
    public void ReadReferences_Answers_AreNone()
    {
        File.WriteAllText(_folder["r.json"], """[{"id": "s_f_0", "answer": "P"}]""");

        Assert.Contains("holds no references", Assert.Throws<InputException>(() => ReferenceFile.Read(_folder["r.json"])).Message, StringComparison.Ordinal);
    }

    private AnswerFile Read(string json)
    {
        File.WriteAllText(_folder["a.json"], json);
        return AnswerFile.Read(_folder["a.json"]);
    }
}
