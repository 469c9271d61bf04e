using System.Diagnostics;
using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>Arms and seeds by the program that a user starts: controls, interruption, what is kept.</summary>
public sealed class CompareTests : IDisposable
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly DistillationFixture _world = new(9);

    public CompareTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");
        File.WriteAllText(_folder["compare.yaml"], $$"""
            output: {{_folder["whole"]}}
            recipe: {{_world.Recipe}}
            arms:
              - name: ce
                set: ["distillation.weights={supervision: 1, perception: 0, reasoning: 0, planning: 0}", models.teachers=null, weighting.kind=static]
              - name: zero
                set: ["distillation.weights={supervision: 1, perception: 0, reasoning: 0, planning: 0}", weighting.kind=static]
                identical_to: ce
              - name: kd
            baseline: ce
            seeds: 1-2
            subset: 2
            test: {records: {{_world.Path("records.json")}}, images: {{_world.Path("images")}}, per_capability: 2}
            answers: {max_new_tokens: 8}
            workers: 2
            """);
    }

    public void Dispose()
    {
        _world.Dispose();
        _folder.Dispose();
    }

    /// <summary>Stopped in its middle and gone on with, a comparison has the weights and answers of one that was left alone.</summary>
    [Fact]
    public void Compare_InterruptedAndResumed_EndsAsIfNothingHadHappened()
    {
        ProgramResult whole = ProgramRunner.Run(_launcher, ["compare", _folder["compare.yaml"], "--json"], TestPaths.Repository);
        Assert.True(whole.ExitCode == 0, whole.Error);
        using JsonDocument results = JsonDocument.Parse(whole.Output);
        Assert.True(results.RootElement.GetProperty("is_complete").GetBoolean());
        // All arms of a seed trained on the same samples in the same order.
        Assert.Empty(results.RootElement.GetProperty("results").GetProperty("different_data").EnumerateArray());
        Assert.Equal([true, true], results.RootElement.GetProperty("results").GetProperty("identities").EnumerateArray().Select(check => check.GetProperty("is_identical").GetBoolean()));

        string stopped = _folder["stopped"];
        (string name, byte[] kept) = Interrupt(stopped);
        ProgramResult resumed = ProgramRunner.Run(_launcher, ["compare", "--resume", stopped], TestPaths.Repository);
        Assert.True(resumed.ExitCode == 0, resumed.Error);

        Assert.Equal(kept, File.ReadAllBytes(Path.Combine(stopped, "runs", name, "result.json")));
        string[] runs = [.. Directory.GetDirectories(_folder["whole", "runs"]).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        Assert.Equal(["final_ce_n2_seed1", "final_ce_n2_seed2", "final_kd_n2_seed1", "final_kd_n2_seed2", "final_zero_n2_seed1", "final_zero_n2_seed2"], runs);
        Assert.All(runs, run =>
        {
            Assert.Equal(Weights(_folder["whole"], run), Weights(stopped, run));
            Assert.Equal(File.ReadAllText(_folder["whole", "runs", run, "answers.jsonl"]), File.ReadAllText(Path.Combine(stopped, "runs", run, "answers.jsonl")));
        });
        Assert.NotEqual(Weights(stopped, "final_ce_n2_seed1"), Weights(stopped, "final_kd_n2_seed1"));
        Assert.NotEqual(Weights(stopped, "final_ce_n2_seed1"), Weights(stopped, "final_ce_n2_seed2"));
        Assert.Equal(File.ReadAllText(_folder["whole", "results.csv"]), File.ReadAllText(Path.Combine(stopped, "results.csv")));
    }

    private (string Run, byte[] Result) Interrupt(string output)
    {
        using Process process = ProgramRunner.Start(_launcher, ["compare", _folder["compare.yaml"], "output=" + output], TestPaths.Repository);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        string[] done = [];
        Stopwatch watch = Stopwatch.StartNew();
        while (done.Length == 0 && !process.HasExited && watch.Elapsed < _limit)
        {
            Thread.Sleep(50);
            done = Directory.Exists(Path.Combine(output, "runs")) ? Directory.GetFiles(Path.Combine(output, "runs"), "result.json", SearchOption.AllDirectories) : [];
            done = [.. done.Where(file => !file.Contains(".writing", StringComparison.Ordinal))];
        }

        Assert.False(process.HasExited, "ended before it could be interrupted");
        using (Process signal = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            signal.WaitForExit();
        }

        Assert.True(process.WaitForExit(_limit), "does not stop");
        Assert.True(process.ExitCode == 130, $"{process.ExitCode}: {error.Result}{text.Result}");
        Assert.Empty(Directory.GetDirectories(Path.Combine(output, "work")));
        return (Path.GetFileName(Path.GetDirectoryName(done[0]))!, File.ReadAllBytes(done[0]));
    }

    private static string Weights(string output, string run)
    {
        using JsonDocument result = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "runs", run, "result.json")));
        return result.RootElement.GetProperty("weights_hash").GetString()!;
    }
}
