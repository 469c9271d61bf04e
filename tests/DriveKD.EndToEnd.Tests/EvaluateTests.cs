using System.Diagnostics;
using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>From model folders, questions and pictures to a report, by the program that a user starts.</summary>
public sealed class EvaluateTests : IDisposable
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");

    private readonly TemporaryFolder _folder = new();

    public EvaluateTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluate_ShippedDemonstration_EndsWithAReport()
    {
        TestPaths.RequireShared("data", "drivelm-demo");
        ProgramResult evaluated = ProgramRunner.Run(
            _launcher,
            ["evaluate", Path.Combine("recipes", "evaluate", "tiny-demo.yaml"), "output=" + _folder["run"], "data.samples=12", "report.attention=0"],
            TestPaths.Repository);
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);

        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(_folder["run", "results.json"]));
        Assert.Equal(["student", "teacher"], results.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.All(results.RootElement.GetProperty("models").EnumerateArray(), model => Assert.Equal(
            ["clean", "fog", "motion_blur", "noimage"], model.GetProperty("passes").EnumerateArray().Select(pass => pass.GetProperty("corruption").GetString())));
        Assert.Contains("(published)", File.ReadAllText(_folder["run", "report.html"]), StringComparison.Ordinal);
    }

    /// <summary>Killed again and again at arbitrary instants, the run has the answers of one that was left alone, each asked for once.</summary>
    [Fact]
    public void Evaluate_KilledAtAnyInstantAndResumed_EndsAsIfNothingHadHappened()
    {
        using DistillationFixture world = new(300);
        File.WriteAllText(_folder["evaluate.yaml"], $"""
            output: {_folder["whole"]}
            models: [{world.Path("student")}, {world.Path("teacher")}]
            data:
              records: {world.Path("records.json")}
              images: {world.Path("images")}
            prompts: {"{"} max_new_tokens: 12 {"}"}
            corruptions: [clean, rain]
            batch_size: 3
            statistics: {"{"} resamples: 100 {"}"}
            report: {"{"} examples: 1 {"}"}
            """);
        ProgramResult whole = ProgramRunner.Run(_launcher, ["evaluate", _folder["evaluate.yaml"]], TestPaths.Repository);
        Assert.True(whole.ExitCode == 0, whole.Error);

        string run = _folder["killed"];
        Random instants = new(20261125);
        int kills = 0;
        bool hasEnded = false;
        for (int attempt = 0; attempt < 40 && !hasEnded; attempt++)
        {
            string[] arguments = Directory.Exists(run) ? ["evaluate", "--resume", run] : ["evaluate", _folder["evaluate.yaml"], "output=" + run];
            Process process = ProgramRunner.Start(_launcher, arguments, TestPaths.Repository);
            // Longer from time to time: on a busy machine an attempt may not even begin within the first of them.
            hasEnded = process.WaitForExit(1500 + instants.Next(1500) + (attempt * 250));
            if (!hasEnded)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                kills++;
            }

            int code = process.ExitCode;
            string error = process.StandardError.ReadToEnd();
            process.Dispose();
            Assert.True(!hasEnded || code == 0, error);
            if (!hasEnded && !File.Exists(Path.Combine(run, "recipe.yaml")) && Directory.Exists(run))
            {
                // Killed before there was a run.
                Directory.Delete(run, recursive: true);
            }
        }

        Assert.True(kills >= 2, $"killed {kills} times");
        Assert.True(hasEnded, "never came to its end");
        foreach (string pass in (string[])["student/clean", "student/rain-5", "teacher/clean", "teacher/rain-5"])
        {
            string[] expected = Answers(_folder["whole", "answers", pass + ".jsonl"]);
            Assert.Equal(300, expected.Length);
            Assert.Equal(expected.Order(StringComparer.Ordinal), Answers(Path.Combine(run, "answers", pass + ".jsonl")).Order(StringComparer.Ordinal));
        }
    }

    private static string[] Answers(string file) =>
        [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement).Select(answer => $"{answer.GetProperty("id")}: {answer.GetProperty("pred")}")];
}
