using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class DataInspectCommandTests : IDisposable
{
    private const string Record = """{"question": "Clear?", "answer": "Yes.", "images": ["a.jpg"], "question_type": "planning"}""";

    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_SoundFile_TablesAndDone()
    {
        int code = _terminal.Run("data", "inspect", Write("r.json", $"[{Record}]"));

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("Drive-KD layout, 1 records, 1 read", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("planning", _terminal.Output, StringComparison.Ordinal);
        Assert.EndsWith("sound\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Run_FaultyRecords_ListedAndCheckFailed()
    {
        string faulty = """{"question": "Clear [red]?", "answer": "", "images": [], "question_type": "[blue]"}""";

        int code = _terminal.Run("data", "inspect", Write("r.json", $"[{Record}, {faulty}]"));

        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains("sample 1 ($[1].question_type): '[blue]' is no known question type", _terminal.Output, StringComparison.Ordinal);
        Assert.EndsWith("not sound: 1 fault\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ManyFaults_FirstFiftyAndTheNumberOfTheOthers()
    {
        string records = string.Join(",", Enumerable.Repeat("7", 60).Prepend(Record));

        _terminal.Run("data", "inspect", Write("r.json", $"[{records}]"));

        Assert.Contains("sample 50 ($[50])", _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sample 51 ($[51])", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("and 10 more; --json lists all", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BrokenJson_BadInputWithThePlace()
    {
        int code = _terminal.Run("data", "inspect", Write("r.json", "[{]"));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("is not valid JSON at line 1, byte 3", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    [Theory]
    [InlineData("data", "inspect", "none.json")]
    [InlineData("data", "inspect", "r.json", "--images", "none")]
    [InlineData("data", "inspect", "r.json", "--against", "none.json")]
    [InlineData("data", "inspect", "r.json", "--model", "none")]
    [InlineData("data", "inspect")]
    [InlineData("data")]
    public void Run_BadArguments_BadInput(params string[] args)
    {
        Write("r.json", $"[{Record}]");
        string[] inFolder = [.. args.Select(arg => arg is "r.json" or "none" or "none.json" ? _folder[arg] : arg)];

        Assert.Equal(ExitCode.BadInput, _terminal.Run(inFolder));
        Assert.NotEmpty(_terminal.Error);
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Run_Json_OneDocumentWithEverything()
    {
        Write("a.jpg", "pixels");
        Write("b.jpg", "pixels");
        string file = Write("r.json", $"[{Record}, {Record}, 7]");
        string other = Write("o.json", $"[{Record.Replace("a.jpg", "b.jpg", StringComparison.Ordinal)}]");

        int code = _terminal.Run("data", "inspect", file, "--images", _folder.Path, "--against", other, "--json");

        Assert.Equal(ExitCode.CheckFailed, code);
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement root = document.RootElement;
        Assert.Equal("driveKd", root.GetProperty("layout").GetString());
        Assert.False(root.GetProperty("isSound").GetBoolean());
        Assert.Equal((3, 2), (root.GetProperty("records").GetInt32(), root.GetProperty("samples").GetInt32()));
        Assert.Equal(2, root.GetProperty("imagesPerSample").GetProperty("1").GetInt32());
        Assert.Equal("planning", root.GetProperty("capabilities")[0].GetProperty("capability").GetString());
        Assert.Equal(1, root.GetProperty("faultCounts").GetProperty("wrongType").GetInt32());
        Assert.Equal("$[2]", root.GetProperty("faults")[0].GetProperty("position").GetProperty("jsonPath").GetString());
        Assert.Equal("$[1]", root.GetProperty("duplicates")[0].GetProperty("positions")[1].GetProperty("jsonPath").GetString());
        JsonElement shared = root.GetProperty("leakage").GetProperty("sharedPictures")[0];
        Assert.Equal(("a.jpg", "b.jpg", true), (shared.GetProperty("path").GetString(), shared.GetProperty("otherPath").GetString(), shared.GetProperty("byContent").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("tokens").ValueKind);
    }

    [Fact]
    public void Run_Model_LengthsInTokens()
    {
        string model = TestPaths.RequireShared("data", "tokenizers", "qwen2.5");

        int code = _terminal.Run("data", "inspect", Write("r.json", $"[{Record}]"), "--model", model, "--json");

        Assert.Equal(ExitCode.Done, code);
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement tokens = document.RootElement.GetProperty("tokens");
        // "Clear" "?" and "Yes" ".".
        Assert.Equal(2, tokens.GetProperty("question").GetProperty("maximum").GetInt32());
        Assert.Equal(4, tokens.GetProperty("whole").GetProperty("maximum").GetInt32());
    }

    [Fact]
    public void Run_DriveLmDemoAgainstItsTestForm_Leakage()
    {
        string images = TestPaths.RequireShared("data", "drivelm-demo");

        int code = _terminal.Run(
            "data", "inspect", Path.Combine(images, "train_sample.json"), "--images", images, "--against", Path.Combine(images, "test_eval.json"));

        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains("54, 0 not usable", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("54, 0 of them by content alone", _terminal.Output, StringComparison.Ordinal);
        Assert.EndsWith("not sound: leakage between the two files\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WrongImageFolder_AsksForTheRightOne()
    {
        int code = _terminal.Run("data", "inspect", Write("r.json", $"[{Record}]"), "--images", _folder.Path);

        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains("is --images the right folder?", _terminal.Output, StringComparison.Ordinal);
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        return _folder[name];
    }
}
