using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Folders;

public sealed class RunFolderTests
{
    private static readonly DateTimeOffset _noon = new(2026, 2, 3, 12, 0, 0, TimeSpan.Zero);

    private readonly FixedTime _time = new(_noon);

    [Fact]
    public void Reopen_FinishedRun_IsRefusedUnlessItMayBe()
    {
        using TemporaryFolder folder = new();
        string path = folder["run"];
        using (RunFolder run = Create(path))
        {
            run.End(RunState.Finished, 12);
        }

        Assert.Contains("nothing to resume", Assert.Throws<InputException>(() => RunFolder.Reopen(path, TimeProvider.System)).Message, StringComparison.Ordinal);
        using RunFolder again = RunFolder.Reopen(path, TimeProvider.System, mayBeFinished: true);
        again.Continue(12, []);
        Assert.Equal((RunState.Running, 12), (RunStatus.Read(path).State, Assert.Single(RunStatus.Read(path).Resumptions!).FromStep));
    }

    [Fact]
    public void Create_NewFolder_HoldsRecipeEnvironmentAndStatus()
    {
        using TemporaryFolder folder = new();

        RunFolder run = Create(folder["deep", "run"]);

        Assert.Equal(
            ["environment.json", "recipe.yaml", "run.json", "run.lock"],
            Directory.GetFileSystemEntries(run.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("seed: 1\n", File.ReadAllText(run.RecipeFile));
        RunStatus status = RunStatus.Read(run.Path);
        Assert.Equal((RunState.Running, _noon, Environment.ProcessId, null), (status.State, status.StartedAt, status.ProcessId, status.EndedAt));
        using JsonDocument environment = JsonDocument.Parse(File.ReadAllText(run.EnvironmentFile));
        Assert.Equal("abc", environment.RootElement.GetProperty("commit").GetString());
        Assert.Equal("--é <&>", environment.RootElement.GetProperty("command_line")[1].GetString());
        Assert.True(environment.RootElement.GetProperty("memory_bytes").GetInt64() > 0);
        Assert.Contains(environment.RootElement.GetProperty("packages").EnumerateObject(), package => package.Name == "YamlDotNet");
    }

    [Theory]
    [InlineData(RunState.Finished, "finished")]
    [InlineData(RunState.Cancelled, "cancelled")]
    [InlineData(RunState.Failed, "failed")]
    public void End_AnyState_IsRecorded(RunState state, string name)
    {
        using TemporaryFolder folder = new();
        RunFolder run = Create(folder["run"]);
        _time.Now = _noon.AddMinutes(5);

        run.End(state, 17, "why");

        Assert.Equal(run.Status, RunStatus.Read(run.Path));
        Assert.Equal((state, 17, "why", _noon.AddMinutes(5)), (run.Status.State, run.Status.Steps, run.Status.Reason, run.Status.EndedAt));
        Assert.Contains($"\"state\": \"{name}\"", File.ReadAllText(folder["run", "run.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Note_Repeated_IsRecordedOnceAndStays()
    {
        using TemporaryFolder folder = new();
        using RunFolder run = Create(folder["run"]);
        run.Note("one");
        run.Note("two");
        run.Note("one");

        Assert.Equal(["one", "two"], RunStatus.Read(run.Path).Notices!);
        run.End(RunState.Finished, 3);
        Assert.Equal(["one", "two"], RunStatus.Read(run.Path).Notices!);
    }

    [Fact]
    public void Note_DiskIsFullForAMoment_IsWrittenWithTheEnd()
    {
        using TemporaryFolder folder = new();
        using RunFolder run = Create(folder["run"]);
        FullDisk.At(folder["run", "run.json.writing"]);
        run.Note("no room");
        Assert.Null(RunStatus.Read(run.Path).Notices);

        File.Delete(folder["run", "run.json.writing"]);
        run.End(RunState.Finished, 3);
        Assert.Equal(["no room"], RunStatus.Read(run.Path).Notices!);
    }

    [Fact]
    public void EnsureCanCreate_FolderWithARun_IsRefusedWithAFreeName()
    {
        using TemporaryFolder folder = new();
        Create(folder["run"]).End(RunState.Finished, 1);
        Directory.CreateDirectory(folder["run-2"]);

        Assert.Equal(
            $"{folder["run"]}: already holds a run (started 2026-02-03 12:00, finished); choose another, for example output={folder["run-3"]}",
            Problem(folder["run"] + "/"));

        File.WriteAllText(folder["run", "run.json"], "{");
        Assert.StartsWith($"{folder["run"]}: already holds a run; ", Problem(folder["run"]), StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Create(folder["run"]));
    }

    [Fact]
    public void EnsureCanCreate_OtherFiles_AreRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["notes.txt"], "");

        Assert.Equal(
            $"{folder.Path}: already holds files ('notes.txt'), expected a new or empty folder for the run; choose another, for example "
                + $"output={folder.Path}-2",
            Problem(folder.Path));
        Assert.StartsWith($"{folder["notes.txt"]}: is a file, expected a new folder", Problem(folder["notes.txt"]), StringComparison.Ordinal);
        Assert.StartsWith($"{folder["notes.txt", "run"]}: the run folder cannot be created: ", ProblemOfCreate(folder["notes.txt", "run"]), StringComparison.Ordinal);
    }

    [Fact]
    public void EnsureCanCreate_UnwritablePlace_IsRefused()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "needs /proc, where nobody may write");

        Assert.StartsWith("/proc/runs/new: the run folder cannot be created: ", Problem("/proc/runs/new"), StringComparison.Ordinal);
    }

    [Fact]
    public void EnsureCanCreate_GoodPlace_ChangesNothing()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["empty"]);

        RunFolder.EnsureCanCreate(folder["empty"]);
        RunFolder.EnsureCanCreate(folder["deep", "run"]);

        Assert.Equal([folder["empty"]], Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void WriteCheckpoint_Several_KeepsTheNewest()
    {
        using TemporaryFolder folder = new();
        RunFolder run = Create(folder["run"]);
        Assert.Empty(run.CheckpointSteps());

        foreach (long step in new long[] { 5, 10, 1_500_000, 20 })
        {
            run.WriteCheckpoint(step, keep: 3, path => File.WriteAllText(Path.Combine(path, "step"), $"{step}"));
        }

        Directory.CreateDirectory(Path.Combine(run.Path, "checkpoints", "step-000099" + AtomicFile.TemporarySuffix));
        Directory.CreateDirectory(Path.Combine(run.Path, "checkpoints", "other"));
        Assert.Equal([10, 20, 1_500_000], run.CheckpointSteps());
        Assert.Equal(Path.Combine(run.Path, "checkpoints", "step-000010"), run.CheckpointFolder(10));
        Assert.Equal("1500000", File.ReadAllText(Path.Combine(run.CheckpointFolder(1_500_000), "step")));
    }

    [Fact]
    public void WriteCheckpoint_DiskFull_KeepsTheEarlierOnes()
    {
        using TemporaryFolder folder = new();
        RunFolder run = Create(folder["run"]);
        run.WriteCheckpoint(1, keep: 1, path => File.WriteAllText(Path.Combine(path, "weights"), "good"));

        Assert.Throws<InputException>(() => run.WriteCheckpoint(2, keep: 1, path =>
        {
            FullDisk.At(Path.Combine(path, "weights"));
            File.WriteAllText(Path.Combine(path, "weights"), "lost");
        }));

        Assert.Equal([1], run.CheckpointSteps());
        Assert.Equal("good", File.ReadAllText(Path.Combine(run.CheckpointFolder(1), "weights")));
    }

    [Fact]
    public void WriteFinal_Once_IsTheFinalFolder()
    {
        using TemporaryFolder folder = new();
        RunFolder run = Create(folder["run"]);

        run.WriteFinal(path => File.WriteAllText(Path.Combine(path, "config.json"), "{}"));

        Assert.True(File.Exists(folder["run", "final", "config.json"]));
    }

    [Fact]
    public void Create_RecipeCannotBeWritten_LeavesNothing()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["run"]);
        InterruptedTime time = new(() => FullDisk.At(folder["run", "environment.json" + AtomicFile.TemporarySuffix]));

        Assert.Throws<InputException>(() => RunFolder.Create(folder["run"], "seed: 1\n", DescribeMachine(_time), time));

        Assert.Empty(Directory.GetFileSystemEntries(folder["run"]));
    }

    [Fact]
    public void Create_AnotherRunTakesTheFolderMeanwhile_TheFirstKeepsIt()
    {
        using TemporaryFolder folder = new();
        InterruptedTime time = new(() => Create(folder["run"]));

        InputException exception = Assert.Throws<InputException>(() => RunFolder.Create(folder["run"], "late: 1\n", DescribeMachine(_time), time));

        Assert.StartsWith($"{folder["run"]}: the run folder cannot be created: ", exception.Message, StringComparison.Ordinal);
        Assert.Equal("seed: 1\n", File.ReadAllText(folder["run", "recipe.yaml"]));
        Assert.Equal(RunState.Running, RunStatus.Read(folder["run"]).State);
    }

    [Theory]
    [InlineData("", "is damaged")]
    [InlineData("null", "holds null")]
    [InlineData("{}", "is damaged")]
    [InlineData("{\"state\": 1, \"started_at\": \"2026-02-03T12:00:00+00:00\", \"process_id\": 1}", "is damaged")]
    public void Read_DamagedStatus_IsTheUsersMistake(string json, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["run.json"], json);

        Assert.Contains(expected, Assert.Throws<InputException>(() => RunStatus.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FolderWithoutRun_IsTheUsersMistake()
    {
        using TemporaryFolder folder = new();

        Assert.Contains("holds no run", Assert.Throws<InputException>(() => RunStatus.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static RunEnvironment DescribeMachine(TimeProvider time) =>
        RunEnvironment.Capture("0.1.0", "abc", ["distill", "--é <&>"], "cpu", time);

    private static string Problem(string path) =>
        Assert.Single(Assert.Throws<InputException>(() => RunFolder.EnsureCanCreate(path)).Problems).ToString();

    private string ProblemOfCreate(string path) => Assert.Single(Assert.Throws<InputException>(() => Create(path)).Problems).ToString();

    [Fact]
    public void Reopen_KilledRun_GoesOnAndSaysSo()
    {
        using TemporaryFolder folder = new();
        Create(folder["run"]).Dispose();

        using RunFolder run = RunFolder.Reopen(folder["run"], _time);
        run.Continue(7, ["program: 1 then, 2 now"]);

        RunStatus status = RunStatus.Read(run.Path);
        Assert.Equal(RunState.Running, status.State);
        RunResumption resumption = Assert.Single(status.Resumptions!);
        Assert.Equal((7, "program: 1 then, 2 now"), (resumption.FromStep, Assert.Single(resumption.Changes!)));
    }

    [Fact]
    public void Reopen_FinishedUnknownOrBusy_IsRefused()
    {
        using TemporaryFolder folder = new();
        using (RunFolder run = Create(folder["done"]))
        {
            run.End(RunState.Finished, 5);
        }

        using RunFolder busy = Create(folder["busy"]);
        Assert.Contains("finished after 5 steps", ProblemOfReopen(folder["done"]), StringComparison.Ordinal);
        Assert.Contains("is no folder", ProblemOfReopen(folder["nothing"]), StringComparison.Ordinal);
        Assert.Contains("in use by another process", ProblemOfReopen(folder["busy"]), StringComparison.Ordinal);

        Directory.CreateDirectory(folder["begun"]);
        File.WriteAllText(folder["begun", "run.json"], "");
        Assert.Contains("killed while its folder was made", ProblemOfReopen(folder["begun"]), StringComparison.Ordinal);
    }

    [Fact]
    public void WriteCheckpoint_WithState_CanBeResumedAndLeavesTogether()
    {
        using TemporaryFolder folder = new();
        using RunFolder run = Create(folder["run"]);
        foreach (int step in (int[])[1, 2, 3])
        {
            run.WriteCheckpoint(step, keep: 2, path => File.WriteAllText(Path.Combine(path, "model"), $"{step}"), path => File.WriteAllText(Path.Combine(path, "state"), $"{step}"));
        }

        run.WriteCheckpoint(3, keep: 2, path => File.WriteAllText(Path.Combine(path, "model"), "again"), path => File.WriteAllText(Path.Combine(path, "state"), "again"));
        Assert.Equal([2, 3], run.ResumableSteps());
        Assert.Equal("again", File.ReadAllText(Path.Combine(run.StateFolder(3), "state")));
        Assert.Equal(["step-000002", "step-000003"], Directory.GetDirectories(Path.Combine(run.Path, "states")).Select(Path.GetFileName).Order());

        Directory.Delete(run.CheckpointFolder(3), recursive: true);
        Assert.Equal([2], run.ResumableSteps());
    }

    [Fact]
    public void WriteBest_Again_ReplacesItWholeOrNotAtAll()
    {
        using TemporaryFolder folder = new();
        using RunFolder run = Create(folder["run"]);
        run.WriteBest(path => File.WriteAllText(Path.Combine(path, "model"), "1"));
        Assert.Throws<InputException>(() => run.WriteBest(path => throw new IOException("disk full")));
        Assert.Equal("1", File.ReadAllText(Path.Combine(run.BestFolder, "model")));
        run.WriteBest(path => File.WriteAllText(Path.Combine(path, "model"), "2"));
        Assert.Equal("2", File.ReadAllText(Path.Combine(run.BestFolder, "model")));
        Assert.Equal(["best"], Directory.GetDirectories(run.Path).Select(Path.GetFileName));
    }

    private string ProblemOfReopen(string path) => Assert.Throws<InputException>(() => RunFolder.Reopen(path, _time)).Message;

    private RunFolder Create(string path) => RunFolder.Create(path, "seed: 1\n", DescribeMachine(_time), _time);

    /// <summary>Lets something happen while a run folder is created, between the check and the first file.</summary>
    private sealed class InterruptedTime(Action interruption) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            interruption();
            return _noon;
        }
    }
}
