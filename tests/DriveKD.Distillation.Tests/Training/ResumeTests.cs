using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>A resumed run is bit for bit the run that was never interrupted: weights, optimizer, weighting, orders, metrics.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Steps = 5;

    private static readonly string[] _clocks = ["step_seconds", "elapsed_seconds", "samples_per_second", "tokens_per_second", "memory.resident_bytes"];

    private readonly DistillationFixture _world = new(records: 7);

    public ResumeTests()
    {
        _world.WriteRecipe($"steps: {Steps}");
        _world.WriteRecords("validation.json", 4);
    }

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("projection, online weights")]
    [InlineData("everything that remembers", "gradients.method=gradvac", "gradients.per=window", "weighting.kind=ratio", "weighting.follow=0.3", "train.ema=0.9", "train.clip_norm=0.5", "train.batch_size=2")]
    [InlineData("plain sum", "gradients.method=sum", "weighting.kind=uncertainty", "train.capability_order=balanced")]
    [InlineData("coefficients used again", "gradients.refresh=3", "weighting.kind=static", "train.batch_size=2", "log.measure_every=0")]
    [InlineData("adapters in bfloat16", "precision=bfloat16", "train.lora.rank=2", "weighting.kind=static")]
    [InlineData("bfloat16 alone", "precision=bfloat16-pure", "train.schedule=cosine", "train.warmup_steps=2")]
    [InlineData("learned maps", "distillation.signals.reasoning.kind=hidden-states", "models.teachers.reasoning=WIDE", "gradients.method=pcgrad")]
    [InlineData("as released", "compat=released", "train.trainable=all")]
    [InlineData("validation", "validation.records=validation.json", "validation.every=2", "validation.max_new_tokens=4", "train.ema=0.5")]
    public void Run_InterruptedAnywhere_GivesTheSameBits(string name, params string[] overrides)
    {
        overrides = [.. overrides.Select(Localize), "checkpoint.every=2", "checkpoint.keep=3"];
        RunFolder whole = Train($"output={_world.Path("whole")}", overrides);
        for (int stop = 1; stop < Steps; stop++)
        {
            string output = _world.Path($"stopped-{stop}");
            using (CancellationTokenSource cancel = new())
            using (TrainingWorkshop workshop = new(_world, [.. overrides, "output=" + output]))
            {
                int at = stop;
                Assert.True(workshop.Start(out _, new Callback(step => CancelAt(step, at, cancel)), cancellation: cancel.Token).WasCancelled);
            }

            using TrainingWorkshop resumed = new(_world, [.. overrides, "output=" + output]);
            TrainingOutcome outcome = resumed.Resume(out RunFolder run);
            Assert.Equal((Steps, false), (outcome.Steps, outcome.WasCancelled));
            AssertSame(whole, run, $"{name}, stopped after step {stop}");
        }
    }

    [Fact]
    public void Run_KilledBehindACheckpoint_TakesTheStepsAgainWithoutGapsOrDoubles()
    {
        string[] overrides = ["checkpoint.every=2", "checkpoint.keep=1"];
        RunFolder whole = Train($"output={_world.Path("whole")}", overrides);
        string output = _world.Path("killed");
        using (CancellationTokenSource cancel = new())
        using (TrainingWorkshop workshop = new(_world, [.. overrides, "output=" + output]))
        {
            workshop.Start(out RunFolder run, new Callback(step => CancelAt(step, 3, cancel)), cancellation: cancel.Token);
            // What a kill leaves: no checkpoint of the last step, a torn line, a folder half written.
            Directory.Delete(run.CheckpointFolder(3), recursive: true);
            File.AppendAllText(run.MetricsFile, "{\"step\":4,\"loss.c");
            Directory.CreateDirectory(run.StateFolder(4) + ".writing");
        }

        // checkpoint.keep=1 has taken step 2 away with step 3's: the run starts anew.
        using TrainingWorkshop resumed = new(_world, [.. overrides, "output=" + output]);
        resumed.Resume(out RunFolder again);
        AssertSame(whole, again, "killed");
    }

    [Fact]
    public void Run_CancelledInAValidation_WritesItsRowOnceWithTheSameValidation()
    {
        string[] overrides = [Localize("validation.records=validation.json"), "validation.every=2", "validation.answers=0"];
        RunFolder whole = Train($"output={_world.Path("whole")}", overrides);
        string output = _world.Path("stopped");
        using (CancellationTokenSource cancel = new())
        using (TrainingWorkshop workshop = new(_world, [.. overrides, "output=" + output]))
        {
            TrainingOutcome outcome = workshop.Start(out RunFolder run, null, new Callback<DataProgress>(_ => cancel.Cancel()), cancel.Token);
            Assert.Equal((2, true), (outcome.Steps, outcome.WasCancelled));
            Assert.Single(MetricsReader.Read(run.MetricsFile).Rows);
        }

        using TrainingWorkshop resumed = new(_world, [.. overrides, "output=" + output]);
        resumed.Resume(out RunFolder again);
        AssertSame(whole, again, "validation");
        Assert.Contains("validation.loss.all", MetricsReader.Read(again.MetricsFile).Rows[1].Values.Keys);
    }

    [Fact]
    public void Run_StateOfAnotherStudent_IsRefused()
    {
        using (CancellationTokenSource cancel = new())
        using (TrainingWorkshop workshop = new(_world, "checkpoint.every=1"))
        {
            workshop.Start(out _, new Callback(step => CancelAt(step, 2, cancel)), cancellation: cancel.Token);
        }

        using TrainingWorkshop other = new(_world, "train.trainable=attention");
        InputException exception = Assert.Throws<InputException>(() => other.Resume(out _));
        Assert.Contains("is not trained here", exception.Message, StringComparison.Ordinal);
    }

    private RunFolder Train(string output, params string[] overrides)
    {
        using TrainingWorkshop workshop = new(_world, [.. overrides, output]);
        Assert.Equal(Steps, workshop.Start(out RunFolder run).Steps);
        return run;
    }

    private string Localize(string argument)
    {
        if (argument.EndsWith("=WIDE", StringComparison.Ordinal))
        {
            _world.CreateWideModel("wide", 3);
            return argument.Replace("WIDE", _world.Path("wide"), StringComparison.Ordinal);
        }

        return argument.Replace("=validation.json", "=" + _world.Path("validation.json"), StringComparison.Ordinal);
    }

    private static void CancelAt(TrainingProgress step, int at, CancellationTokenSource cancel)
    {
        if (step.Step == at)
        {
            cancel.Cancel();
        }
    }

    private static void AssertSame(RunFolder expected, RunFolder actual, string what)
    {
        Assert.True(
            File.ReadAllBytes(Path.Combine(expected.FinalFolder, "model.safetensors")).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual.FinalFolder, "model.safetensors"))),
            $"{what}: other weights");
        IReadOnlyList<MetricsRow> rows = MetricsReader.Read(expected.MetricsFile).Rows;
        IReadOnlyList<MetricsRow> others = MetricsReader.Read(actual.MetricsFile).Rows;
        Assert.Equal(rows.Select(row => row.Step), others.Select(row => row.Step));
        foreach ((MetricsRow row, MetricsRow other) in rows.Zip(others))
        {
            Assert.Equal(Timeless(row), Timeless(other));
        }

        Assert.Equal(Directory.Exists(expected.BestFolder), Directory.Exists(actual.BestFolder));
        if (Directory.Exists(expected.BestFolder))
        {
            using Checkpoint best = Checkpoint.Open(actual.BestFolder);
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(expected.BestFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(actual.BestFolder, "model.safetensors")));
        }
    }

    private static IEnumerable<KeyValuePair<string, double>> Timeless(MetricsRow row) => row.Values.Where(value => !_clocks.Contains(value.Key));

    private sealed class Callback(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }

    private sealed class Callback<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
