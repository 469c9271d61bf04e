using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Models.Checkpoints;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class VerifyTrainerTests : IDisposable
{
    private const string Case = "case_text_only";

    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Verify_RecordedTrainer_PassesWhole()
    {
        int code = _terminal.Run("verify", TestPaths.RequireShared("golden", "trainer"), "--json");

        Assert.True(code == ExitCode.Done, _terminal.Output);
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement folder = Assert.Single(document.RootElement.GetProperty("folders").EnumerateArray());
        Assert.Equal(["trainer"], folder.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetString()));
        JsonElement[] rows = [.. folder.GetProperty("checks").EnumerateArray()];
        Assert.Equal(0, document.RootElement.GetProperty("failed").GetInt32());
        Assert.Equal(17, rows.Select(row => row.GetProperty("case").GetString()).Distinct().Count());
        Assert.Equal(11, rows.Where(row => row.GetProperty("stage").GetString() == "losses" && Name(row).StartsWith("case_", StringComparison.Ordinal)).Count());
        Assert.True(rows.Length >= 200, $"{rows.Length} stages");

        // What is left out: gradients of zero, a note, and what rounding moves as far in the one run with a rate of 1e-3, and in the changes that
        // another's first step makes (once: the second is compared). Which of the latter there are depends on the machine's rounding; there may be none.
        JsonElement[] leftOut = [.. rows.Where(row => row.GetProperty("notCompared").GetInt64() > 0)];
        Assert.Equal(
            ["case_text_only", "rounding_sensitivity"],
            leftOut.Where(row => !IsFirstChange(row)).Select(Name).Distinct().Where(name => name != "case_v_cosine_warmup").Order());

        static bool IsFirstChange(JsonElement row) =>
            Name(row) == "case_i_agp_dynamic_default" && row.GetProperty("stage").GetString() == "parameter changes" && row.GetProperty("notCompared").GetInt64() == 1;
    }

    [Fact]
    public void Verify_ChangedLoss_FailsThatStageAlone()
    {
        CopyCase();
        Edit(Case + ".json", root => Multiply(root["micro_steps"]![1]!["losses"]!, "ce", 1.0001));
        AssertFails("losses", "micro01, ce");
    }

    [Fact]
    public void Verify_ChangedGradient_FailsThatStageAlone()
    {
        CopyCase();
        AddOne("micro00.gradient_combined");
        AssertFails("combined gradients", "micro00.gradient_combined");
    }

    [Fact]
    public void Verify_ChangedParameter_FailsThatStageAlone()
    {
        CopyCase();
        AddOne("step01.parameters");
        AssertFails("parameter changes", "step01.parameters");
    }

    [Theory]
    [InlineData("gradient_norms_unweighted", "ce", "gradient norms")]
    [InlineData("t_norms", "reasoning", "merged gradients")]
    [InlineData("weights_now", "planning", "weights and mix")]
    public void Verify_ChangedNumberOfASample_FailsThatStageAlone(string key, string task, string stage)
    {
        CopyCase();
        Edit(Case + ".json", root => Multiply(root["micro_steps"]![2]![key]!, task, 1.01));
        AssertFails(stage, "micro02");
    }

    [Fact]
    public void Verify_ChangedNumberOfReweighting_FailsThatStageAlone()
    {
        CopyCase();
        Edit(Case + ".json", root => Multiply(root["optimizer_steps"]![1]!["reweighting"]!["weights_after"]!, "ce", 1.001));
        AssertFails("reweighted weights", "step02, weights_after, ce");
    }

    [Fact]
    public void Verify_OtherOrderOfSamples_NamesTheFirstSample()
    {
        CopyCase();
        Edit(Case + ".json", root => root["sample_order_per_epoch"] = JsonNode.Parse("[[0, 2, 1, 3]]"));
        int code = _terminal.Run("verify", _folder.Path, "--only", Case);

        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains("order of samples and steps: micro01, sample: found 2, expected 1", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/student/model.safetensors", "model.safetensors")]
    [InlineData("models/teacher-planning/config.json", "teacher-planning")]
    [InlineData("samples_text_only.json", "samples_")]
    [InlineData("data_text_only.json", "data_text_only.json")]
    [InlineData("case_text_only.json", "case_text_only.json")]
    [InlineData("case_text_only.safetensors", "case_text_only.safetensors")]
    public void Verify_BrokenFile_IsAFailedStageThatNamesIt(string file, string expected)
    {
        CopyCase();
        File.WriteAllText(_folder[file], "{");
        Assert.Equal(ExitCode.CheckFailed, _terminal.Run("verify", _folder.Path, "--only", Case));
        Assert.Contains($"first stage that fails:\n  {Path.GetFileName(_folder.Path)}/{Case}: ", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains(expected, _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Theory]
    [InlineData("models/student/model.safetensors")]
    [InlineData("models/teacher-reasoning/model.safetensors")]
    [InlineData("samples_text_only.json")]
    [InlineData("data_main.json")]
    [InlineData("images.json")]
    [InlineData("images.safetensors")]
    [InlineData("case_text_only.safetensors")]
    public void Verify_MissingFile_IsAFailedStage(string file)
    {
        CopyCase();
        File.Delete(_folder[file]);
        Assert.Equal(ExitCode.CheckFailed, _terminal.Run("verify", _folder.Path, "--only", Case));
        Assert.Contains("first stage that fails:", _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Theory]
    [InlineData("agp_table", "combined_as_released", "combined, as released")]
    [InlineData("lr_table", "lr_of_optimizer_step_1_to_25", "learning rates")]
    public void Verify_ChangedTable_FailsThatStageAlone(string table, string key, string stage)
    {
        CopyCase();
        Copy(table + ".json");
        Edit(table + ".json", rows =>
        {
            JsonNode list = rows[1]![key]!;
            list[0] = (list[0]!.GetValue<double>() * 1.1) + 1e-3;
        });
        Assert.Equal(ExitCode.CheckFailed, _terminal.Run("verify", _folder.Path, "--only", table, "--json"));
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        Assert.Equal(1, document.RootElement.GetProperty("failed").GetInt32());
        Assert.Equal(stage, Assert.Single(document.RootElement.GetProperty("folders")[0].GetProperty("firstFailures").EnumerateArray()).GetProperty("stage").GetString());
    }

    private static string Name(JsonElement row) => row.GetProperty("case").GetString()!;

    private void AssertFails(string stage, string item)
    {
        int code = _terminal.Run("verify", _folder.Path, "--only", Case, "--json");

        Assert.Equal(ExitCode.CheckFailed, code);
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement[] failed = [.. document.RootElement.GetProperty("folders")[0].GetProperty("checks").EnumerateArray().Where(row => !row.GetProperty("passed").GetBoolean())];
        JsonElement row = Assert.Single(failed);
        Assert.Equal((Case, stage), (Name(row), row.GetProperty("stage").GetString()));
        Assert.StartsWith(item, row.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The smallest recorded run with everything that it needs.</summary>
    private void CopyCase()
    {
        string source = TestPaths.RequireShared("golden", "trainer");
        string[] inputs = ["samples_*.json", "data_*.json", "images.*", "parameter_order*.json", Case + ".*"];
        foreach (string file in inputs.SelectMany(pattern => Directory.GetFiles(source, pattern)).Concat(Directory.GetFiles(Path.Combine(source, "models"), "*", SearchOption.AllDirectories)))
        {
            Copy(Path.GetRelativePath(source, file));
        }
    }

    private void Copy(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);

        // The bytes, not the mode: the reference files are read-only.
        File.WriteAllBytes(_folder[file], File.ReadAllBytes(TestPaths.RequireShared("golden", "trainer", file)));
    }

    private void Edit(string file, Action<JsonNode> edit)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(_folder[file]))!;
        edit(root);
        File.WriteAllText(_folder[file], root.ToJsonString());
    }

    private static void Multiply(JsonNode numbers, string key, double factor) => numbers[key] = numbers[key]!.GetValue<double>() * factor;

    /// <summary>Adds 1 to the first value of a float32 tensor.</summary>
    private void AddOne(string tensor)
    {
        string file = _folder[Case + ".safetensors"];
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
