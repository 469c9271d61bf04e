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

    /// <summary>Killed again and again at arbitrary instants, the run ends with the bits of one that was left alone.</summary>
    [Fact]
    public void Distill_KilledAtAnyInstantAndResumed_EndsAsIfNothingHadHappened()
    {
        using DistillationFixture world = new();
        world.WriteRecipe("steps: 60");
        string[] recipe = [world.Recipe, "checkpoint.every=4", "checkpoint.keep=2", "train.ema=0.9", "validation.records=" + world.Path("records.json"), "validation.every=10", "validation.answers=3", "validation.max_new_tokens=4"];
        ProgramResult whole = ProgramRunner.Run(_launcher, ["distill", .. recipe], TestPaths.Repository);
        Assert.True(whole.ExitCode == 0, whole.Error);

        string run = world.Path("killed");
        Random instants = new(20260203);
        int kills = 0;
        for (int attempt = 0; attempt < 60; attempt++)
        {
            string[] arguments = Directory.Exists(run) ? ["distill", "--resume", run] : ["distill", .. recipe, "output=" + run];
            Process process = ProgramRunner.Start(_launcher, arguments, TestPaths.Repository);
            // The first dies amid the run however fast the machine is; then ever longer lives, so that a slow one comes to the end too.
            bool ended = attempt == 0
                ? process.WaitForExit(0) || !WaitForLines(Path.Combine(run, "metrics.jsonl"), 5)
                : process.WaitForExit(1200 + instants.Next(1500) + (150 * attempt));
            if (!ended)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                kills++;
            }

            int code = process.ExitCode;
            string error = process.StandardError.ReadToEnd();
            process.Dispose();
            if (ended)
            {
                Assert.True(code == 0, error);
                break;
            }

            // The kill may strike a run that has just finished; there is nothing left to resume then.
            string state = Path.Combine(run, "run.json");
            if (File.Exists(state) && File.ReadAllText(state).Contains("\"finished\"", StringComparison.Ordinal))
            {
                break;
            }

            if (Directory.Exists(run) && !File.Exists(Path.Combine(run, "recipe.yaml")))
            {
                // Killed before there was a run.
                Directory.Delete(run, recursive: true);
            }
        }

        Assert.True(kills >= 1, $"killed {kills} times");
        Assert.True(Directory.Exists(Path.Combine(run, "final")), "never came to its end");
        foreach (string folder in (string[])["final", "best"])
        {
            Assert.Equal(
                File.ReadAllBytes(world.Path("run", folder, "model.safetensors")), File.ReadAllBytes(Path.Combine(run, folder, "model.safetensors")));
        }

        Assert.Equal(Numbers(world.Path("run", "metrics.jsonl")), Numbers(Path.Combine(run, "metrics.jsonl")));
    }

    /// <summary>Waits until a file has some lines; false where it takes minutes.</summary>
    private static bool WaitForLines(string file, int lines)
    {
        for (int tries = 0; tries < 6000; tries++)
        {
            if (File.Exists(file) && File.ReadAllText(file).Count(letter => letter == '\n') >= lines)
            {
                return true;
            }

            Thread.Sleep(20);
        }

        return false;
    }

    /// <summary>Every line without its clocks.</summary>
    private static string[] Numbers(string metrics) =>
    [
        .. File.ReadLines(metrics).Select(line => string.Join(' ', JsonDocument.Parse(line).RootElement.EnumerateObject()
            .Where(value => !value.Name.EndsWith("seconds", StringComparison.Ordinal) && !value.Name.EndsWith("per_second", StringComparison.Ordinal) && value.Name != "memory.resident_bytes")
            .Select(value => value.ToString()))),
    ];
}
