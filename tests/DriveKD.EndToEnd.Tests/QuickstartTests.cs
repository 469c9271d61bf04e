using System.Text.Json;
using System.Text.RegularExpressions;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>The quick start by the program that a user starts, on models that nobody trained and a few scenes.</summary>
public sealed partial class QuickstartTests : IDisposable
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");

    private readonly QuickstartWorld _world = new();

    public QuickstartTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Quickstart_TheSameSeedTwice_LeavesPageAndStudentWithTheSameDataAndScores()
    {
        ProgramResult first = Run("first");
        Run("second");

        string page = File.ReadAllText(_world["first", "index.html"]);
        Assert.All(
            (string[])["What this run shows", "What it does not show", "A scene with its questions", "Learning curves", "Gradient conflicts", "Attention side by side", "Answers side by side", "What to try next", "Where the time went", "What was run"],
            part => Assert.Contains(part, page, StringComparison.Ordinal));
        // The scene, two attention figures, and a picture for each of the questions.
        Assert.Equal(3 + Rows().Count(page), Pictures().Count(page));
        Assert.InRange(Rows().Count(page), 9, 12);
        Assert.Contains("gradient", page, StringComparison.Ordinal);

        // Progress also where standard error is no terminal, the plan, and where to look.
        Assert.Contains("[1/5, 0 s] making 60 scenes", first.Error, StringComparison.Ordinal);
        Assert.Contains("[5/5, ", first.Error, StringComparison.Ordinal);
        Assert.Contains("Plan: 2 seeds of both students, 6 steps each", first.Output, StringComparison.Ordinal);
        Assert.Contains($"The page: {_world["first", "index.html"]}", first.Output, StringComparison.Ordinal);

        ProgramResult student = ProgramRunner.Run(_launcher, ["inspect", _world["first", "student"]], TestPaths.Repository);
        Assert.True(student.ExitCode == 0, student.Error);
        Assert.Equal(
            File.ReadAllBytes(_world["first", "comparison", "runs", "final_distilled_seed1", "final", "model.safetensors"]), File.ReadAllBytes(_world["first", "student", "model.safetensors"]));
        Assert.False(Directory.Exists(_world["first", "work"]));

        foreach (string file in (string[])["data/train.json", "data/test.json", "comparison/results.csv", "comparison/runs/final_distilled_seed2/answers.jsonl", "student/model.safetensors"])
        {
            Assert.Equal(File.ReadAllBytes(_world["first", file]), File.ReadAllBytes(_world["second", file]));
        }

        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(_world["first", "comparison", "results.json"]));
        Assert.True(results.RootElement.GetProperty("is_complete").GetBoolean());
        Assert.Empty(results.RootElement.GetProperty("results").GetProperty("different_data").EnumerateArray());
        Assert.Equal(36, results.RootElement.GetProperty("results").GetProperty("questions").GetInt32());
    }

    private ProgramResult Run(string name)
    {
        ProgramResult result = ProgramRunner.Run(_launcher, ["quickstart", "--tiny", "--assets", _world.Assets, "--out", _world[name]], TestPaths.Repository);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    [GeneratedRegex("<img ")]
    private static partial Regex Pictures();

    [GeneratedRegex("""<td class="shot">""")]
    private static partial Regex Rows();
}
