using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Evaluation.DriveBench.Extraction;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class WorldGenerateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Generate_Lessons_ArePassedByInspectionAndByTheScorer()
    {
        int code = _terminal.Run("world", "generate", "--scenes", "30", "--splits", "50/20/30", "--seed", "7", "--out", _folder["set"]);
        Assert.True(code == ExitCode.Done, _terminal.Error);

        foreach (string ending in (string[])[".json", ".drivebench.json", ".captions.json", ".places.json", ".general.json", ".letters.json"])
        {
            int inspected = _terminal.Run(
                "data", "inspect", _folder["set", "test" + ending], "--images", _folder["set"], "--against", _folder["set", "train" + ending]);
            Assert.True(inspected == ExitCode.Done, _terminal.Error);
        }

        JsonArray records = JsonNode.Parse(File.ReadAllText(_folder["set", "test.drivebench.json"]))!.AsArray();
        int letters = 0;
        foreach (JsonNode? record in records)
        {
            string answer = record!["answer"]!.GetValue<string>();
            if (record["kind"]!.GetValue<string>().EndsWith("-choice", StringComparison.Ordinal))
            {
                Assert.Equal(answer[^1..], StrictLetter.Extract(answer));
                Assert.Equal(answer[^1..], OfficialLetter.Extract(answer));
                letters++;
            }

            record["pred"] = answer;
        }

        Assert.True(letters > 20, $"{letters} letters");
        File.WriteAllText(_folder["answers.json"], records.ToJsonString());
        Assert.Equal(ExitCode.Done, _terminal.Run("score", _folder["answers.json"], "--json"));
    }

    [Fact]
    public void Generate_Summary_HasSeedLevelAndRates()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("world", "generate", "--scenes", "10", "--seed", "3", "--questions", "20", "--letter-only", "--out", _folder["set"]));
        JsonElement summary = JsonDocument.Parse(File.ReadAllText(_folder["set", "summary.json"])).RootElement;

        Assert.Equal((3, "lesson"), (summary.GetProperty("seed").GetInt32(), summary.GetProperty("level").GetString()));
        Assert.Equal(["train", "validation", "test"], summary.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));
        Assert.Contains("from the text alone", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_OpenOnly_HasNoMultipleChoice()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("world", "generate", "--scenes", "10", "--seed", "3", "--questions", "20", "--open-only", "--out", _folder["set"]));
        JsonArray records = JsonNode.Parse(File.ReadAllText(_folder["set", "train.json"]))!.AsArray();

        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.DoesNotContain("-choice", record!["kind"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_ImpossibleOptions_AreToldAllAtOnce()
    {
        int code = _terminal.Run(
            "world", "generate", "--scenes", "0", "--level", "moon", "--size", "3", "--cameras", "some", "--references", "signs", "--splits", "1/2", "--open-only", "--letter-only", "--out", _folder["set"]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.All(["--scenes", "--level", "--size", "--cameras", "--references", "--splits", "--letter-only"], option => Assert.Contains(option, _terminal.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder["set"]));
    }

    [Fact]
    public void Generate_TooFewScenes_NamesThePart()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("world", "generate", "--scenes", "2", "--out", _folder["set"]));
        Assert.Contains("validation gets none", _terminal.Error, StringComparison.Ordinal);
    }
}
