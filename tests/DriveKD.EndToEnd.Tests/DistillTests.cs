using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>From model folders and pictures to a student that answers, by the program that a user starts.</summary>
public sealed class DistillTests : IDisposable
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");

    private readonly TemporaryFolder _folder = new();

    public DistillTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Distill_ShippedDemonstration_LossesFallAndTheStudentAnswers()
    {
        string images = TestPaths.RequireShared("data", "drivelm-demo");
        ProgramResult distilled = ProgramRunner.Run(
            _launcher,
            ["distill", Path.Combine("recipes", "distill", "drivelm-demo.yaml"), "data.images=" + images, "output=" + _folder["run"], "train.steps=25"],
            TestPaths.Repository);
        Assert.True(distilled.ExitCode == 0, distilled.Error);

        double[] losses = [.. File.ReadLines(_folder["run", "metrics.jsonl"])
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("loss.ce").GetDouble())];
        Assert.Equal(25, losses.Length);
        Assert.True(losses[^5..].Average() < 0.7 * losses[..5].Average(), $"cross-entropy went from {losses[0]} to {losses[^1]}");

        // The command that the run itself proposes, as a shell takes it. A few seconds of training need not make an answer.
        string proposed = distilled.Output.TrimEnd().Split('\n')[^1].Trim();
        ProgramResult asked = ProgramRunner.Run("bash", ["-c", proposed + " --max-new-tokens 8 --json"], TestPaths.Repository);
        Assert.True(asked.ExitCode == 0, proposed + "\n" + asked.Error);
        using JsonDocument answer = JsonDocument.Parse(asked.Output);
        Assert.Equal(6, answer.RootElement.GetProperty("images").GetArrayLength());
        Assert.Equal(JsonValueKind.String, answer.RootElement.GetProperty("answer").ValueKind);
    }

    [Fact]
    public void Distill_CtrlC_SavesTheStudentAndSaysWhere()
    {
        using DistillationFixture world = new();
        world.WriteRecipe("steps: 100000");
        Process process = ProgramRunner.Start(_launcher, ["distill", world.Recipe], TestPaths.Repository);
        string? line;
        do
        {
            line = process.StandardError.ReadLine();
        }
        while (line is not null && !line.StartsWith("step ", StringComparison.Ordinal));

        ProgramRunner.Run("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)], TestPaths.Repository);
        ProgramResult result = ProgramRunner.Finish(process);
        Assert.True(result.ExitCode == 130, $"exit code {result.ExitCode}: {result.Error}");
        Assert.Contains("The student as it was then", result.Output, StringComparison.Ordinal);
        string checkpoint = Assert.Single(Directory.GetDirectories(world.Path("run", "checkpoints")));
        Assert.True(File.Exists(Path.Combine(checkpoint, "model.safetensors")));
        Assert.Contains("ancelled", File.ReadAllText(world.Path("run", "run.json")), StringComparison.Ordinal);
    }
}
