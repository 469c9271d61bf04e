using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class WorldTowerCommandTests : IDisposable
{
    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public WorldTowerCommandTests()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("model", "create", "world-student", _folder["model"], "--init", "training"));
        File.WriteAllText(
            _folder["tower.yaml"],
            "output: run\nmodel: model\ndevice: cpu\ndata: {scenes: 8, held_out: 4}\ntrain: {steps: 3, batch_size: 4, warmup_steps: 1}\ncheckpoint: {every: 1, keep: 3}\n");
    }

    private string Output => "output=" + _folder["run"];

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_Recipe_WritesAModelAndSaysHowWellItSees()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("world", "tower", _folder["tower.yaml"], Output));

        Assert.Contains("motion", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains(_folder["run", "final"], _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("step 3/3", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, _terminal.Run("inspect", _folder["run", "final"]));
        Assert.Contains("world-student shape", _terminal.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["run", "heads.safetensors"]));
    }

    [Fact]
    public void Run_ResumedWithAnotherSeed_IsRefusedUntilAllowed()
    {
        _terminal.Run("world", "tower", _folder["tower.yaml"], Output);
        // As if the process had been killed before its last word.
        string status = _folder["run", "run.json"];
        File.WriteAllText(status, File.ReadAllText(status).Replace("\"finished\"", "\"running\"", StringComparison.Ordinal));

        Assert.Equal(ExitCode.BadInput, _terminal.Run("world", "tower", "seed=7", "--resume", _folder["run"]));
        Assert.Contains("drivekd world tower --resume", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, _terminal.Run("world", "tower", "seed=7", "--resume", _folder["run"], "--allow-changed"));
        Assert.Contains("after step 3", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data.level=easy", "level")]
    [InlineData("data.scenes=0", "data.scenes")]
    [InlineData("train.warmup_steps=3", "the warm-up of 3 steps is not shorter than the run of 3")]
    [InlineData("train.batch_size=9", "a batch of 9 pictures is larger than the 8 that there are")]
    [InlineData("model=none", "none")]
    public void Run_BadRecipe_IsExplainedBeforeAnythingIsDrawn(string key, string expected)
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("world", "tower", _folder["tower.yaml"], Output, key));

        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }
}
