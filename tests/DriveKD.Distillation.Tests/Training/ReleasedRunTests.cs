using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>Six samples of perception, reasoning, planning in turn, windows of two, of which reasoning has no signal.</summary>
public sealed class ReleasedRunTests : IDisposable
{
    private static readonly string[] _withoutReasoning =
    [
        "train.steps=null", "train.epochs=2", "train.shuffle=false", "distillation.weights.reasoning=0",
        "distillation.mixing.perception={perception: 1, reasoning: 0, planning: 0}",
        "distillation.mixing.reasoning={perception: 0, reasoning: 1, planning: 0}",
        "distillation.mixing.planning={perception: 0, reasoning: 0, planning: 1}",
    ];

    private readonly DistillationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 4)]
    public void Run_Epochs_TakesTheStepsThatSkippingLeaves(bool skips, int steps)
    {
        using TrainingWorkshop workshop = new(_fixture, [.. _withoutReasoning, $"quirks.skips_undistilled={(skips ? "true" : "false")}"]);
        TrainingOutcome outcome = workshop.Start(out RunFolder run);
        Assert.Equal(steps, outcome.Steps);
        Assert.Equal(steps, MetricsReader.Read(run.MetricsFile).Rows.Count);
    }

    [Fact]
    public void Run_EpochEndsWithASkippedSample_RunsTheLostSampleInTheNextStep()
    {
        _fixture.WriteRecords("records.json", 8);
        using TrainingWorkshop workshop = new(_fixture, [.. _withoutReasoning, "train.accumulation=4", "quirks.skips_undistilled=true"]);
        TrainingOutcome outcome = workshop.Start(out RunFolder run);

        // Windows 0 (1) 2 3 and (4) 5 6 (7), skipped ones in brackets: 5 and 6 are lost, and the next step runs them first.
        Assert.Equal(2, outcome.Steps);
        double[] seen = [.. MetricsReader.Read(run.MetricsFile).Rows.Select(row => row.Values["samples"])];
        Assert.Equal([3.0, 8.0], seen);
    }
}
