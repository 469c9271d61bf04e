using System.Text.Json;
using DriveKD.Distillation.Optimization;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Optimization;

public class LearningRateTests
{
    private const double RelativeTolerance = 1e-7;

    [Fact]
    public void At_EveryScheduleOfTheReferenceTable_GivesItsRates()
    {
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(TestPaths.Asset("trainer", "lr_table.json")));
        int rows = 0;
        foreach (JsonElement row in table.RootElement.EnumerateArray())
        {
            LearningRate rate = new(
                row.GetProperty("base_lr").GetDouble(),
                Enum.Parse<RateSchedule>(row.GetProperty("type").GetString()!, ignoreCase: true),
                row.GetProperty("total_optim_steps").GetInt32(),
                row.GetProperty("warmup_optim_steps").GetInt32(),
                row.GetProperty("lr_min_ratio").GetDouble());
            double[] expected = [.. row.GetProperty("lr_of_optimizer_step_1_to_25").EnumerateArray().Select(value => value.GetDouble())];
            Assert.Equal(25, expected.Length);
            for (int step = 0; step < expected.Length; step++)
            {
                Assert.True(
                    Math.Abs(expected[step] - rate.At(step)) <= RelativeTolerance * expected[step], $"row {rows}, step {step + 1}: {rate.At(step)}, expected {expected[step]}");
            }

            rows++;
        }

        Assert.Equal(9, rows);
    }

    [Theory]
    [InlineData(RateSchedule.Constant)]
    [InlineData(RateSchedule.Cosine)]
    [InlineData(RateSchedule.Linear)]
    public void At_NoTotal_IgnoresScheduleAndWarmup(RateSchedule schedule) =>
        Assert.Equal([2, 2, 2], ((int[])[0, 1, 1000]).Select(new LearningRate(2, schedule, 0, 5, 0.01).At));

    [Fact]
    public void At_ConstantWithWarmup_RisesFromZeroAndStays()
    {
        LearningRate rate = new(1, RateSchedule.Constant, 10, 4, 0.01);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 6).Select(rate.At));
    }

    [Theory]
    [InlineData(5, 1, 2, null, 3, 9)]
    [InlineData(4, 1, 2, null, 3, 6)]
    [InlineData(4, 1, 2, 5, null, 5)]
    [InlineData(9, 2, 2, null, 3, 9)]
    [InlineData(8, 4, 1, null, 3, 6)]
    public void Steps_OfEpochsOrSteps_CountsShortWindows(int samples, int batch, int accumulation, int? steps, int? epochs, long expected) =>
        Assert.Equal(expected, RunLength.Steps(new TrainSettings { Steps = steps, Epochs = epochs, BatchSize = batch, Accumulation = accumulation }, samples));
}
