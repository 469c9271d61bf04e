using DriveKD.Cli.Commands.Quickstarting;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using DriveKD.World;

namespace DriveKD.Cli.Tests.Commands;

public sealed class QuickstartCommandTests : IDisposable
{
    private const long Memory = 8L << 30;

    private readonly QuickstartWorld _world = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Run_NoModels_SaysWhatToDo()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("quickstart", "--assets", _world["none"], "--out", _world["out"]));

        Assert.Contains("is no folder", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("`drivekd world build`", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world["out"]));
    }

    [Fact]
    public void Run_ModelsOfAnotherWorld_IsRefusedWithBothVersions()
    {
        _world.Write(WorldVersion.Current + 1, "perception", "reasoning", "planning", "student");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("quickstart", "--assets", _world.Assets, "--out", _world["out"]));

        Assert.Contains($"holds models of world {WorldVersion.Current + 1}, this program's world is {WorldVersion.Current}", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("`drivekd world build`", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ManifestWithoutATeacher_NamesIt()
    {
        _world.Write(WorldVersion.Current, "perception", "reasoning", "student");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("quickstart", "--assets", _world.Assets, "--out", _world["out"]));
        Assert.Contains("names no model planning", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OutputInUse_IsRefused()
    {
        Directory.CreateDirectory(_world["out"]);
        File.WriteAllText(Path.Combine(_world["out"], "note.txt"), "mine");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("quickstart", "--assets", _world.Assets, "--out", _world["out"]));
        Assert.Contains("already holds files ('note.txt')", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SeveralMistakes_AreToldAtOnce()
    {
        InputException error = Assert.Throws<InputException>(() => QuickstartRequest.Check(-1, 0.5, _world["out"], _world["none"], isTiny: false, memory: 1L << 30));

        Assert.Equal(["--seed", "--minutes", "memory", _world["none"]], error.Problems.Select(problem => problem.Where));
        Assert.Contains("is 0.5; 1.5 to 1440 are possible", error.Problems[1].What, StringComparison.Ordinal);
        Assert.Contains("1.1 GB, 2.1 GB are needed", error.Problems[2].What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Check_MinutesThatAreNoTime_AreRefused(double minutes) =>
        Assert.Equal("--minutes", Assert.Single(Assert.Throws<InputException>(() => QuickstartRequest.Check(1, minutes, _world["out"], _world.Assets, isTiny: false, Memory)).Problems).Where);

    /// <summary>What is written is a comparison that can be read: paths with quotes survive, the arms are runs.</summary>
    [Fact]
    public void Compare_AFolderWithQuotes_IsAComparisonWhoseArmsAreRuns()
    {
        string output = _world["it's \"out\""];
        QuickstartRequest request = QuickstartRequest.Check(7, 5, output, _world.Assets, isTiny: false, Memory);
        string file = _world["compare.yaml"];
        File.WriteAllText(file, new QuickstartRecipes(request).Compare(new QuickstartPlan(3, 250, 100), workers: 2));

        CompareRecipe comparison = RecipeReader.Read<CompareRecipe>(file, [], checkPaths: false).Recipe;

        Assert.Equal([7, 8, 9], comparison.FinalSeeds());
        Assert.Equal(["supervised", "distilled"], comparison.Arms.Select(arm => arm.Name));
        Assert.Equal(Path.Combine(output, "comparison"), comparison.Output);
        DistillRecipe[] runs = [.. comparison.Arms.Select(arm => RecipeReader.Read<DistillRecipe>(comparison.Recipe, [.. comparison.Set!, .. arm.Set ?? []], checkPaths: false).Recipe)];
        Assert.Equal([false, true], runs.Select(run => run.UsesTeacher(Data.Samples.Capability.Planning)));
        Assert.All(runs, run =>
        {
            Assert.Equal((250, 20), (run.Train.Steps, run.Train.WarmupSteps));
            Assert.Equal([Path.Combine(output, "data", "train.json")], run.Data.Records!);
            Assert.Equal(Path.Combine(_world.Assets, "student"), run.Models.Student);
        });
        Assert.Equal(Path.Combine(_world.Assets, "reasoning"), runs[1].Models.Teachers.Reasoning);
    }
}
