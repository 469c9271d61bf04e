using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class ScoreCommandTests : IDisposable
{
    private const string Answers = """
        [{"scene_token": "1", "frame_token": "1", "question_type": "perception", "question": "Status?", "answer": "B", "tag": [0], "pred": "B. There is a [red]car.\u001b[2J"},
         {"scene_token": "2", "frame_token": "2", "question_type": "planning", "question": "Safe?", "answer": "Go ahead.", "tag": [1], "pred": "Go."},
         {"scene_token": "2", "frame_token": "3", "question_type": "planning", "question": "Safe?", "answer": "Go ahead.", "tag": [1]}]
        """;

    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Score_ResultFile_TablesNotesAndDone()
    {
        int code = _terminal.Run("score", Write(Answers));

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("3 records, 2 questions scored, 1 not", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("unscored: without an answer: 1\n  $[2]: without an answer\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("official and strict reading differ in 1 answer, of which 1 comes to another verdict; --disagreements lists them\n", _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("There is", _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Score_Disagreements_AreListedWithoutControlCharacters()
    {
        _terminal.Run("score", Write(Answers), "--disagreements");

        Assert.Contains("  $[0]: reference B, official A, strict B: B. There is a [red]car.\u241B[2J\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_Json_IsOneDocument()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("score", Write(Answers), "--json"));

        JsonElement root = JsonDocument.Parse(_terminal.Output).RootElement;
        Assert.Equal(1, root.GetProperty("tasks").GetProperty("planning").GetProperty("vqa").GetProperty("unscored").GetInt32());
        Assert.Equal(0, root.GetProperty("official").GetProperty("perception").GetProperty("MCQ").GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public void Score_NothingToScore_CheckFailed()
    {
        Assert.Equal(ExitCode.CheckFailed, _terminal.Run("score", Write("""[{"question_type": "motion", "pred": "x"}]""")));
        Assert.Contains("no question could be scored\nunscored: of an unknown question type: 1\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_RecordsWithoutTags_SaysWhatIsMissing()
    {
        string file = Write("""[{"question_type": "perception", "question": "What is there?", "answer": "A car.", "pred": "x"}]""");

        Assert.Equal(ExitCode.CheckFailed, _terminal.Run("score", file));
        Assert.Contains("no question could be scored: the tags, which tell how a question is scored, are missing or unknown.", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_PublishedLines_ShiftLaterAnswers()
    {
        string answers = """
            [{"frame_token": "1", "question_type": "planning", "question": "Q", "answer": "Go on", "tag": [1], "pred": "Go\ron"},
             {"frame_token": "2", "question_type": "planning", "question": "Q", "answer": "Turn left", "tag": [1], "pred": "Turn left"}]
            """;
        double RougeL(params string[] options)
        {
            using TestTerminal terminal = new();
            terminal.Run(["score", Write(answers), "--json", .. options]);
            return JsonDocument.Parse(terminal.Output).RootElement.GetProperty("tasks").GetProperty("planning").GetProperty("vqa").GetProperty("rouge_l").GetDouble();
        }

        Assert.Equal(1, RougeL());
        Assert.True(RougeL("--published-lines") < 0.5);
    }

    [Fact]
    public void Score_RealSubmission_NeedsItsReferences()
    {
        string answers = TestPaths.RequireShared("data", "drivelm-demo", "output.json");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("score", answers));
        Assert.Contains("--references", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, _terminal.Run("score", answers, "--references", TestPaths.RequireShared("data", "drivelm-demo", "test_eval.json")));
        Assert.Contains("66 records, 66 questions scored, 0 not", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("DriveLM challenge", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("score", "none.json")]
    public void Score_BadArguments_BadInput(params string[] args) => Assert.Equal(ExitCode.BadInput, _terminal.Run(args));

    private string Write(string json)
    {
        File.WriteAllText(_folder["answers.json"], json);
        return _folder["answers.json"];
    }
}
