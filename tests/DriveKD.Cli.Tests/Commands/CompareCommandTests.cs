using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class CompareCommandTests : IDisposable
{
    private readonly DistillationFixture _world = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Run_OverridesThatTheRecipeRefuses_NamesArmAndKeyOfAllAtOnce()
    {
        int code = _terminal.Run("compare", Write("[{name: ce, set: train.stepz=3}, {name: kd, tune: [train.accumulation=2, train.accumulation=none]}]", """
            tuning: {seeds: 9, data: {records: records.json, images: images}}
            """));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("2 errors:", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("arm ce: train.stepz=3: unknown key 'train.stepz'; did you mean 'train.steps'?", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("arm kd, setting 2: train.accumulation=none: found 'none'", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Output));
    }

    [Fact]
    public void Run_PrecisionLeftToTheMachine_IsRefused()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("compare", Write("[{name: ce}, {name: kd, set: precision=auto}]")));
        Assert.Contains("is auto: runs of one comparison must not differ", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SharedRecipeThatIsWrong_IsReportedOnce()
    {
        File.AppendAllText(_world.Recipe, "\nsed: 3\n");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("compare", Write("[{name: ce}, {name: kd}]")));
        Assert.Equal(1, _terminal.Error.Split("unknown key 'sed'").Length - 1);
    }

    [Fact]
    public void Run_OutputThatHoldsFiles_IsRefused()
    {
        Directory.CreateDirectory(_world.Output);
        File.WriteAllText(Path.Combine(_world.Output, "note.txt"), "mine");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("compare", Write("[{name: ce}]")));
        Assert.Contains("already holds files", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--report-only stands without --resume RUN", "compare", "x.yaml", "--report-only")]
    [InlineData("RECIPE is missing", "compare")]
    [InlineData("holds no run", "compare", "--report-only", "--resume", "/")]
    public void Run_ArgumentsThatCannotBe_AreSaid(string expected, params string[] arguments)
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run(arguments));
        Assert.Contains(expected, _terminal.Error.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private string Write(string arms, string rest = "")
    {
        string file = _world.Path("compare.yaml");
        File.WriteAllText(file, $$"""
            output: {{_world.Output}}
            recipe: recipe.yaml
            arms: {{arms}}
            baseline: ce
            seeds: 1-2
            test: {records: records.json, images: images}
            {{rest}}
            """);
        return file;
    }
}
