using System.Text.Json;
using DriveKD.Models.Checkpoints;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Verify_ReferenceGoldens_PassWhole()
    {
        int code = _terminal.Run("verify", TestPaths.RequireShared("golden", "internvl"), TestPaths.RequireShared("golden", "text"), TestPaths.RequireShared("golden", "images"));

        Assert.True(code == ExitCode.Done, _terminal.Output);
        Assert.Contains(" 0 failed; ", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains(" 0 not compared; ", _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AggregationTable_PassesAndNamesWhatIsNotCompared()
    {
        int code = _terminal.Run("verify", TestPaths.Asset("aggregation"));

        Assert.True(code == ExitCode.Done, _terminal.Output);
        Assert.Contains("aggregation/anchor", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("7 cases, 96 stages: 96 passed, 0 failed; ", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("aggregation/parallel: imtl_g: 12 x dependent gradients have no unique answer", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_StatisticsTable_PassesWhole()
    {
        int code = _terminal.Run("verify", TestPaths.Asset("statistics"));

        Assert.True(code == ExitCode.Done, _terminal.Output);
        Assert.Contains("8 cases, 16 stages: 16 passed, 0 failed; 387 values compared, 0 not compared; ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_MetricTables_PassWhole()
    {
        int code = _terminal.Run("verify", TestPaths.Asset("metrics"));

        Assert.True(code == ExitCode.Done, _terminal.Output);
        Assert.Contains("132 stages: 132 passed, 0 failed; ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_TablesOfWindowsAndPositions_PassWhole()
    {
        int code = _terminal.Run("verify", TestPaths.Asset("qwen25vl"));

        Assert.True(code == ExitCode.Done, _terminal.Output);
        Assert.Contains("2 cases, 2 stages: 2 passed, 0 failed; 15,698 values compared, 0 not compared; ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_BrokenAggregationTable_IsAnInputError()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "aggregation.json"), "{\"cases\": [{\"gram\": [[1, 2], [3, 4]]}]}");
        int code = _terminal.Run("verify", _folder.Path);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("cases[0].gram: Entry [0, 1] is 2, but [1, 0] is 3", _terminal.Output + _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OneChangedValue_FailsAndNamesTheFirstStage()
    {
        CopyStudent();
        AddOne("text_only", "llm.hidden_last4.02");
        int code = _terminal.Run("verify", _folder.Path, "--only", "student/text_only");

        string label = Path.GetFileName(_folder.Path);
        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains($"first stage that fails:\n  {label}/student/text_only: hidden states: llm.hidden_last4.02[0, 0, 0]: ", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains(" 1 failed; ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_Json_IsOneDocumentWithEveryStage()
    {
        CopyStudent();
        AddOne("text_only", "llm.logits_last4");
        AddOne("text_only", "generation.last_step_logits");
        int code = _terminal.Run("verify", _folder.Path, "--only", "*text_only", "--json");

        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement root = document.RootElement;
        JsonElement folder = Assert.Single(root.GetProperty("folders").EnumerateArray());
        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.False(root.GetProperty("passed").GetBoolean());
        Assert.Equal(2, root.GetProperty("failed").GetInt32());
        Assert.Equal(root.GetProperty("stages").GetInt32(), folder.GetProperty("checks").GetArrayLength());
        JsonElement first = Assert.Single(folder.GetProperty("firstFailures").EnumerateArray());
        Assert.Equal("student/text_only", first.GetProperty("case").GetString());
        Assert.Equal("logits", first.GetProperty("stage").GetString());
        JsonElement check = folder.GetProperty("checks").EnumerateArray().Single(row => row.GetProperty("stage").GetString() == "logits");
        Assert.InRange(check.GetProperty("worstAbsolute").GetDouble(), 0.99, 1.01);
        Assert.True(check.GetProperty("worstRelative").GetDouble() > 0);
        Assert.Equal(1e-4, check.GetProperty("tolerance").GetDouble());
        Assert.False(check.TryGetProperty("items", out _));
    }

    [Fact]
    public void Verify_Verbose_ListsTensors()
    {
        CopyStudent();
        int code = _terminal.Run("verify", _folder.Path, "--only", "text_only", "--verbose", "--json");

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("\"llm.hidden_last4.03\"", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_TextFolder_TakesTheTokenizerThatIsNamed()
    {
        int code = _terminal.Run(
            "verify", TestPaths.RequireShared("golden", "text"), "--tokenizer", TestPaths.RequireShared("data", "tokenizers", "qwen2.5"), "--only", "decode", "--json");

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("\"case\": \"decode\"", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_ModelThatCannotBeOpened_IsAFailedStage()
    {
        WriteCase("model", "case", "{}");
        int code = _terminal.Run("verify", _folder.Path);

        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains($"{Path.GetFileName(_folder.Path)}/model/case: load: ", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("is not a folder", _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Verify_FoldersThatAreNotRecognised_AreAllReported()
    {
        Directory.CreateDirectory(_folder["empty"]);
        int code = _terminal.Run("verify", _folder["empty"], _folder["absent"]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.StartsWith("2 errors:\n", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains($"{_folder["empty"]}: holds no goldens that are known: text (", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains($"{_folder["absent"]}: is not a folder.", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Verify_FolderWithoutACase_IsBadInput()
    {
        Directory.CreateDirectory(_folder["goldens", "model"]);

        Assert.Equal(ExitCode.BadInput, _terminal.Run("verify", _folder.Path));
        Assert.Contains("holds no case", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--only", "nothing*", "nothing*")]
    [InlineData("--images", "absent", "--images")]
    [InlineData("--tokenizer", "absent", "--tokenizer")]
    [InlineData("--device", "gpu", "--device")]
    public void Verify_OptionThatFitsNothing_IsBadInput(string option, string value, string expected)
    {
        WriteCase("model", "case", "{}");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("verify", _folder.Path, option, value));
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_BrokenTextGoldens_ReportTheProblemAndStillRunTheOthers()
    {
        WriteCase("model", "case", "{}");
        Directory.CreateDirectory(_folder["text"]);
        File.WriteAllText(_folder["text", "chat.json"], "{");
        int code = _terminal.Run("verify", _folder["text"], _folder.Path);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("model/case", _terminal.Output, StringComparison.Ordinal);
        Assert.StartsWith("error: ", _terminal.Error, StringComparison.Ordinal);
    }

    private void WriteCase(string checkpoint, string name, string json)
    {
        Directory.CreateDirectory(_folder["goldens", checkpoint]);
        File.WriteAllText(_folder["goldens", checkpoint, name + ".json"], json);
    }

    private void CopyStudent()
    {
        foreach (string part in (string[])["student", "goldens/student"])
        {
            Directory.CreateDirectory(_folder[part]);
            foreach (string file in Directory.GetFiles(TestPaths.RequireShared("golden", "internvl", part)))
            {
                // The bytes, not the mode: the reference files are read-only.
                File.WriteAllBytes(_folder[part, Path.GetFileName(file)], File.ReadAllBytes(file));
            }
        }
    }

    /// <summary>Adds 1 to the first value of a float32 tensor.</summary>
    private void AddOne(string name, string tensor)
    {
        string file = _folder["goldens", "student", name + ".safetensors"];
        long offset;
        using (SafetensorsFile opened = SafetensorsFile.Open(file))
        {
            offset = opened.TryGet(tensor)!.Offset;
        }

        byte[] bytes = File.ReadAllBytes(file);
        BitConverter.TryWriteBytes(bytes.AsSpan((int)offset), BitConverter.ToSingle(bytes, (int)offset) + 1f);
        File.WriteAllBytes(file, bytes);
    }
}
