using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public InspectCommandTests()
    {
        using TestTerminal quiet = new();
        Assert.Equal(ExitCode.Done, quiet.Run("model", "create", "tiny", _folder["m"]));
    }

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_SoundFolder_TablesAsTheSnapshot()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("inspect", _folder["m"]));

        // The test console is 80 columns wide: cells wrap, nothing is cut.
        string expected = """
            FOLDER/m: tiny shape, internvl_chat (OpenGVLab tensor names), 1 file
            """;
        string output = _terminal.Output.Replace(_folder.Path, "FOLDER", StringComparison.Ordinal);
        Assert.StartsWith(expected, output, StringComparison.Ordinal);
        string[] rows =
        [
            "│ part            │ tensors │ parameters │  stored │",
            "│ vision tower    │      46 │     88,608 │  354 kB │",
            "│ projector       │       6 │     16,896 │ 67.6 kB │",
            "│ embedding       │       1 │     29,248 │  117 kB │",
            "│ language layers │      49 │    148,544 │  594 kB │",
            "│ head            │       1 │     29,248 │  117 kB │",
            "│ total           │     103 │    312,544 │ 1.25 MB │",
            "│ stored as          │ F32: 103 tensors, 1.25 MB",
            "│ vocabulary         │ 457 rows, 448 tokens",
            "│ head               │ of its own",
            "odd:\n  FOLDER/m/config.json, auto_map: names configuration_internvl_chat.py",
        ];
        Assert.All(rows, row => Assert.Contains(row, output, StringComparison.Ordinal));
        Assert.EndsWith("can be loaded\n", output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Run_Tensors_ListsEveryOne()
    {
        _terminal.Run("inspect", _folder["m"], "--tensors");

        Assert.Equal(103, _terminal.Output.Split('\n').Count(line => line.EndsWith("  model.safetensors", StringComparison.Ordinal)));
        Assert.Contains("  F32   [144, 48]     ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Json_OneDocumentWithTheSameNumbers()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("inspect", _folder["m"], "--json", "--tensors"));

        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement root = document.RootElement;
        Assert.Equal("tiny", root.GetProperty("shape").GetString());
        Assert.Equal("InternVL", root.GetProperty("modelFamily").GetString());
        Assert.Equal("OpenGVLab tensor names", root.GetProperty("naming").GetString());
        Assert.Equal((3, "layerNorm"), (root.GetProperty("vision").GetProperty("numberOfBlocks").GetInt32(), root.GetProperty("vision").GetProperty("kindOfNorm").GetString()));
        Assert.Equal("one square of 112 px", root.GetProperty("usualPicture").GetString());
        Assert.Equal(312_544, root.GetProperty("parameters").GetInt64());
        Assert.Equal(103, root.GetProperty("tensors").GetArrayLength());
        Assert.Equal("F32", root.GetProperty("tensors")[0].GetProperty("dtype").GetString());
        Assert.Equal("F32", root.GetProperty("dtypes")[0].GetProperty("dtype").GetString());
        Assert.Equal(16, root.GetProperty("tokensPerPicture").GetInt32());
        Assert.Equal("visionTower", root.GetProperty("parts")[0].GetProperty("part").GetString());
        Assert.Equal(0, root.GetProperty("faults").GetArrayLength());
        Assert.True(root.GetProperty("memory").GetProperty("runBytes").GetDouble() > 1e6);
    }

    [Fact]
    public void Run_Faults_PrintsWhatItCanAndCheckFailed()
    {
        string config = File.ReadAllText(_folder["m", "config.json"]);
        File.WriteAllText(_folder["m", "config.json"], config.Replace("\"intermediate_size\": 128", "\"intermediate_size\": 127", StringComparison.Ordinal));

        Assert.Equal(ExitCode.CheckFailed, _terminal.Run("inspect", _folder["m"]));

        Assert.Contains("has the shape [128, 64]; config.json makes it [127, 64].", _terminal.Output, StringComparison.Ordinal);
        Assert.EndsWith("cannot be loaded: 12 faults\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnreadableFolder_BadInput()
    {
        Directory.CreateDirectory(_folder["empty"]);
        File.Delete(_folder["m", "model.safetensors"]);

        Assert.Equal(ExitCode.BadInput, _terminal.Run("inspect", _folder["empty"]));
        Assert.Equal(ExitCode.BadInput, _terminal.Run("inspect", _folder["m"]));
        Assert.Equal(ExitCode.BadInput, _terminal.Run("inspect", _folder["none"]));

        Assert.Contains("holds no config.json", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("holds no weights", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("is not a folder", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }
}
