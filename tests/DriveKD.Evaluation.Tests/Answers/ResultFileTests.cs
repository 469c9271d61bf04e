using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Answers;

public sealed class ResultFileTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("clean", "clean")]
    [InlineData("fog", "fog-5")]
    public void Write_Read_ScoresAsTheAnswersInMemoryDo(string corruption, string name)
    {
        CorruptionChoice choice = CorruptionChoice.Parse([corruption])[0];
        _scene.Answer("m", corruption, question => question.Id.Contains("scene-2", StringComparison.Ordinal) ? "!failed" : "A. The red car brakes.");
        IReadOnlyList<QuestionRecord> records = ResultFile.Records(_scene.Questions.Questions, AnswerLog.Read(_scene.Folder.Answers(NamedModel.Parse("m"), choice)), choice);
        string file = _scene.Folder.Result(NamedModel.Parse("m"), choice);
        ResultFile.Write(file, records);

        ScoreReport read = ResultScorer.Score(AnswerFile.Read(file));
        ScoreReport memory = ResultScorer.Score(new AnswerFile { File = file, IsSubmission = false, Records = records });

        Assert.Equal(24, read.Records);
        Assert.Equal(6, read.Unscored.Count(question => question.Reason == UnscoredReason.MissingAnswer));
        Assert.Equal(ScoreJson.Write(memory with { Unscored = [] }, false), ScoreJson.Write(read with { Unscored = [] }, false));
        Assert.All(read.Questions, question => Assert.Equal(name, question.Corruption));
        Assert.All(read.Questions.Where(question => question.Kind == "moving status"), question => Assert.Equal("CAM_FRONT", question.Camera));
    }
}
