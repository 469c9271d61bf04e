using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class DistillCommandTests : IDisposable
{
    private readonly DistillationFixture _world = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Run_SmallRecipe_ShowsProgressAndSaysWhereTheStudentIs()
    {
        Assert.Equal(0, _terminal.Run("distill", _world.Recipe));
        Assert.Contains("step 1/3", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("step 3/3", _terminal.Error, StringComparison.Ordinal);
        foreach (string text in (string[])["ce", "perception", "reasoning", "planning", "samples/s", "left"])
        {
            Assert.Contains(text, _terminal.Error, StringComparison.Ordinal);
        }

        Assert.Contains("Done after 3 steps", _terminal.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_world.Path("run", "final", "model.safetensors")));
        Assert.Contains("seed: 7", File.ReadAllText(_world.Path("run", "recipe.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EpochsFromTheCommandLine_CountsTheShortWindows()
    {
        Assert.Equal(0, _terminal.Run("distill", _world.Recipe, "train.steps=null", "train.epochs=2", "train.accumulation=4"));
        Assert.Contains("Done after 4 steps", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OutputHoldsARun_RefusesBeforeAnythingIsReadAndKeepsIt()
    {
        Assert.Equal(0, _terminal.Run("distill", _world.Recipe));
        byte[] before = File.ReadAllBytes(_world.Path("run", "metrics.jsonl"));
        using TestTerminal again = new();
        Assert.Equal(2, again.Run("distill", _world.Recipe));
        Assert.Contains("already holds a run", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_world.Path("run", "metrics.jsonl")));
    }

    [Theory]
    [InlineData("train.stepz=3", "train.steps")]
    [InlineData("models.student=nowhere", "models.student")]
    [InlineData("train.steps=0", "train.steps")]
    [InlineData("distillation.mixing.perception={perception: 0, reasoning: 0, planning: 0}", "distillation.mixing")]
    public void Run_BadOverride_NamesItAndLeavesNothing(string argument, string named)
    {
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe, argument));
        Assert.Contains(named, _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Output));
    }

    [Fact]
    public void Run_FaultyRecords_StopsWithAllOfThemOrCountsThem()
    {
        string records = _world.Path("records.json");
        File.WriteAllText(records, File.ReadAllText(records).Replace("picture1.png", "gone.png", StringComparison.Ordinal));
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe));
        Assert.Contains("2 errors", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("gone.png", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Output));

        using TestTerminal counting = new();
        Assert.Equal(0, counting.Run("distill", _world.Recipe, "data.on_error=skip-and-count"));
        Assert.Contains("2 of 6 records left out", counting.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EveryRecordFaulty_RefusesAnEmptySet()
    {
        string records = _world.Path("records.json");
        File.WriteAllText(records, File.ReadAllText(records).Replace("picture", "gone", StringComparison.Ordinal));
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe, "data.on_error=skip-and-count"));
        Assert.Contains("no sample is left", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Interrupted_EndsWith130AndSaysHowToLook()
    {
        _terminal.Interrupt();
        Assert.Equal(130, _terminal.Run("distill", _world.Recipe));
    }
}
