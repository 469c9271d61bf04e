using System.Diagnostics;
using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>All models of the world from nothing, much smaller than they are shipped, by the program that a user starts.</summary>
public sealed class WorldBuildTests : IDisposable
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);
    private static readonly string[] _models = ["perception", "planning", "reasoning", "student"];

    private readonly TemporaryFolder _folder = new();

    public WorldBuildTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    public void Dispose() => _folder.Dispose();

    private string[] Command => ["world", "build", "--scale", "0.001", "--seed", "3", "--workers", "2", "--work", _folder["work"], "--out", _folder["assets", "world"]];

    [Fact]
    public void WorldBuild_InterruptedAndGoneOnWith_LeavesModelsAndTheirManifest()
    {
        Interrupt(Path.Combine("work", "teacher-start", "config.json"));
        Assert.False(Directory.Exists(_folder["assets"]));
        DateTime tower = File.GetLastWriteTimeUtc(_folder["work", "tower", "run.json"]);

        ProgramResult built = ProgramRunner.Run(_launcher, Command, TestPaths.Repository);

        Assert.True(built.ExitCode == 0, built.Error);
        // What was finished is not made again.
        Assert.Equal(tower, File.GetLastWriteTimeUtc(_folder["work", "tower", "run.json"]));
        Assert.DoesNotContain("tower: ", built.Error, StringComparison.Ordinal);
        Assert.Contains("perception: finished", built.Error, StringComparison.Ordinal);
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(_folder["assets", "world", "manifest.json"]));
        Assert.Equal(0.001, manifest.RootElement.GetProperty("scale").GetDouble());
        Assert.Equal(11, manifest.RootElement.GetProperty("trainings").EnumerateObject().Count());
        JsonElement models = manifest.RootElement.GetProperty("models");
        Assert.Equal(_models, models.EnumerateObject().Select(model => model.Name).Order());
        Assert.All(_models, name =>
        {
            JsonElement model = models.GetProperty(name);
            Assert.Equal(name == "student" ? "recipes/world/student-alignment.yaml" : $"recipes/world/teacher-{name}.yaml", model.GetProperty("recipe").GetString());
            Assert.Equal(3, model.GetProperty("seed").GetInt64());
            Assert.Equal(64, model.GetProperty("recipe_hash").GetString()!.Length);
            foreach (string capability in (string[])["perception", "reasoning", "planning"])
            {
                Assert.InRange(model.GetProperty("figures").GetProperty("exact." + capability).GetDouble(), 0, 1);
                Assert.True(model.GetProperty("counts").GetProperty("exact." + capability).GetInt32() > 0, $"{name} was asked nothing of {capability}");
            }

            // What is shipped is a whole model folder in 16 bits: it is described, and answers.
            ProgramResult inspected = ProgramRunner.Run(_launcher, ["inspect", _folder["assets", "world", name]], TestPaths.Repository);
            Assert.True(inspected.ExitCode == 0, inspected.Error);
            Assert.Contains("BF16", inspected.Output, StringComparison.Ordinal);
        });
        string picture = Directory.GetFiles(_folder["work", "data", "pictures", "test", "CAM_FRONT"])[0];
        ProgramResult asked = ProgramRunner.Run(
            _launcher, ["ask", _folder["assets", "world", "planning"], "What should ego do?", "--image", picture, "--max-new-tokens", "4", "--json"], TestPaths.Repository);
        Assert.True(asked.ExitCode == 0, asked.Error);

        ProgramResult other = ProgramRunner.Run(_launcher, Command.Select(word => word == "3" ? "4" : word), TestPaths.Repository);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("was made with the seed 3, now it is 4", other.Error, StringComparison.Ordinal);
    }

    private void Interrupt(string awaited)
    {
        using Process process = ProgramRunner.Start(_launcher, Command, TestPaths.Repository);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        Stopwatch watch = Stopwatch.StartNew();
        while (!File.Exists(_folder[awaited]) && !process.HasExited && watch.Elapsed < _limit)
        {
            Thread.Sleep(50);
        }

        Assert.False(process.HasExited, "ended before it could be interrupted");
        using (Process signal = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            signal.WaitForExit();
        }

        Assert.True(process.WaitForExit(_limit), "does not stop");
        Assert.True(process.ExitCode == 130, $"{process.ExitCode}: {error.Result}{text.Result}");
        Assert.Contains("The same command goes on", error.Result, StringComparison.Ordinal);
    }
}
