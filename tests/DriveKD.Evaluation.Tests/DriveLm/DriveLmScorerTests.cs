using DriveKD.Data.Errors;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.DriveLm;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.DriveLm;

public sealed class DriveLmScorerTests : IDisposable
{
    private const string References = """
        {"s": {"key_frames": {"f": {"QA": {
          "perception": [{"Q": "Objects?", "A": "A bus <c1,CAM_BACK,100.0,50.0> and <c2,CAM_FRONT,10.0,20.0>", "tag": [2]},
                         {"Q": "Status of <c1,CAM_BACK,100.0,50.0>?", "A": "B", "tag": [0]},
                         {"Q": "Status of <c2,CAM_FRONT,10.0,20.0>?", "A": "B", "tag": [0]}],
          "prediction": [{"Q": "First?", "A": "<c1,CAM_BACK,100.0,50.0>", "tag": [3]}],
          "planning": [{"Q": "Odd 1.5?", "A": "Go", "tag": [1]}, {"Q": "Safe?", "A": "Go", "tag": [1]}],
          "behavior": [{"Q": "Behavior?", "A": "A", "tag": [0]}]}}}}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_Submission_CountsAsTheChallengeDoes()
    {
        DriveLmScore score = Score("""
            [{"id": "s_f_0", "answer": "a bus at 101.0, 51.0"}, {"id": "s_f_1", "answer": "B"}, {"id": "s_f_2", "answer": "B"},
             {"id": "s_f_3", "answer": "at 100.0, 65.0 and 300.0"}, {"id": "s_f_4", "answer": "Go"}, {"id": "s_f_5", "answer": "Go"}, {"id": "s_f_6", "answer": "B"}]
            """)!;

        // c2 was not found by the first answer: its question is passed over. 1.5 does not pair.
        Assert.Equal((2, 0.5), (score.AccuracyCount, score.Accuracy));
        Assert.Equal((1, 1), (score.PassedOver, score.Unscored));
        Assert.Equal((1, 1, 2), (score.LanguageCount, score.MatchCount, score.JudgeCount));
        Assert.Equal(100, score.Match!.Value, 1e-4);
        Assert.Equal("combined", score.LanguageFigures[^1].Name);
        Assert.Equal((0.4 * 0.5) + (0.2 * score.Language!.Combined) + (0.2 * 0.8) + (0.2 * 0.5), score.Total(50, 60)!.Value, 1e-6);
    }

    [Fact]
    public void Score_UnansweredFirstQuestion_LeavesNoObjectsToAskAbout()
    {
        DriveLmScore score = Score("""[{"id": "s_f_1", "answer": "B"}, {"id": "s_f_6", "answer": "A"}]""")!;

        Assert.Equal((2, 4, 1, 1.0), (score.PassedOver, score.Unscored, score.AccuracyCount, score.Accuracy));
        Assert.Null(score.Match);
        Assert.Null(score.Language);
        Assert.Null(score.Total(50, 50));
    }

    [Fact]
    public void Score_SubmissionWithoutReferences_IsRefusedWithTheRemedy()
    {
        File.WriteAllText(_folder["a.json"], """[{"id": "s_f_1", "answer": "B"}]""");

        InputException exception = Assert.Throws<InputException>(() => ResultScorer.Score(AnswerFile.Read(_folder["a.json"])));
        Assert.Contains("--references", exception.Message, StringComparison.Ordinal);
    }

    private DriveLmScore? Score(string answers)
    {
        File.WriteAllText(_folder["a.json"], answers);
        File.WriteAllText(_folder["r.json"], References);
        return ResultScorer.Score(AnswerFile.Read(_folder["a.json"]), ReferenceFile.Read(_folder["r.json"])).DriveLm;
    }
}
