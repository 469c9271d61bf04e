using System.Diagnostics;
using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>From a teacher to a recipe, by the program that a user starts.</summary>
public sealed class PreStudyTests : IDisposable
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");

    private readonly TemporaryFolder _folder = new();

    public PreStudyTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PreStudy_ShippedDemonstration_EndsWithARecipe()
    {
        TestPaths.RequireShared("data", "drivelm-demo");
        ProgramResult studied = ProgramRunner.Run(
            _launcher,
            ["prestudy", Path.Combine("recipes", "prestudy", "drivelm-demo.yaml"), "output=" + _folder["run"], "data.samples=4", "pull.samples=1"],
            TestPaths.Repository);
        Assert.True(studied.ExitCode == 0, studied.Error);

        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(_folder["run", "prestudy.json"]));
        Assert.Equal(["teacher", "teacher-6b"], results.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        // DriveLM's questions name objects.
        Assert.Contains(results.RootElement.GetProperty("curves").EnumerateArray(), curve => curve.GetProperty("study").GetString() == "object_lift");
        Assert.Contains("drivekd distill", File.ReadAllText(_folder["run", "proposal.yaml"]), StringComparison.Ordinal);
    }

    /// <summary>Killed in the middle, a run goes on and ends with the numbers of one that was left alone.</summary>
    [Fact]
    public void PreStudy_KilledAndResumed_EndsWithTheSameNumbers()
    {
        using DistillationFixture world = new(60);
        string recipe = world.Path("prestudy.yaml");
        File.WriteAllText(recipe, $"""
            output: {_folder["whole"]}
            models: teacher
            student: student
            data: {"{"} records: records.json, images: images, samples: 20 {"}"}
            margin: {"{"} bins: 4 {"}"}
            pull: {"{"} samples: 2 {"}"}
            """);
        ProgramResult whole = ProgramRunner.Run(_launcher, ["prestudy", recipe], TestPaths.Repository);
        Assert.True(whole.ExitCode == 0, whole.Error);

        string profiles = _folder["killed", "profiles"];
        using (Process process = ProgramRunner.Start(_launcher, ["prestudy", recipe, "output=" + _folder["killed"]], TestPaths.Repository))
        {
            while (!process.HasExited && (!Directory.Exists(profiles) || Directory.GetFiles(profiles, "*.json", SearchOption.AllDirectories).Length < 10))
            {
                Thread.Sleep(20);
            }

            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        Assert.False(File.Exists(_folder["killed", "curves.csv"]));
        ProgramResult resumed = ProgramRunner.Run(_launcher, ["prestudy", "--resume", _folder["killed"]], TestPaths.Repository);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(File.ReadAllText(_folder["whole", "curves.csv"]), File.ReadAllText(_folder["killed", "curves.csv"]));
    }
}
