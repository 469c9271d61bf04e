using CsCheck;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Weighting;

public class RatioWeightingTests
{
    private static readonly double[] _losses = [1, 1, 1, 1];

    [Fact]
    public void Weight_ConstantNorms_ReachesTheRatioFromTheFirstSampleOn() =>
        Gen.Select(Gen.Double[0.01, 2], Gen.Double[0.1, 10], Gen.Double[-6, 2].Array[4]).Sample((ratio, supervision, logNorms) =>
        {
            double[] norms = [.. logNorms.Select(value => Math.Pow(10, value))];
            RatioWeighting weighting = new(new WeightingSettings { Ratio = ratio, MeasureSteps = 2 }, new LossWeights { Supervision = supervision });
            for (int step = 0; step < 4; step++)
            {
                MicroStepStatistics sample = WindowBuilder.Sample(_losses, norms);
                weighting.Feed(sample);
                foreach (Capability signal in Enum.GetValues<Capability>())
                {
                    double reached = weighting[TrainingTasks.Of(signal)] * norms[(int)TrainingTasks.Of(signal)] / (supervision * norms[0]);
                    Assert.Equal(ratio, reached, 1e-12 * ratio);
                }

                Assert.Equal(supervision, weighting[TrainingTask.Supervision]);
                weighting.Observe(WindowBuilder.Window(sample));
            }
        });

    [Fact]
    public void Weight_WhileMeasuring_IsThatOfTheMeansOverTheSamplesWithTheTask()
    {
        RatioWeighting weighting = new(new WeightingSettings { Ratio = 0.5, MeasureSteps = 2 }, new LossWeights { Supervision = 2 });
        MicroStepStatistics both = WindowBuilder.Sample([1, 1, double.NaN, double.NaN], [4, 0.5, double.NaN, double.NaN]);
        MicroStepStatistics other = WindowBuilder.Sample([1, double.NaN, 1, double.NaN], [100, double.NaN, 1, double.NaN]);
        MicroStepStatistics again = WindowBuilder.Sample([1, 1, double.NaN, double.NaN], [8, 1.5, double.NaN, double.NaN]);
        weighting.Feed(both);
        Assert.Equal(0.5 * 2 * 4 / 0.5, weighting[TrainingTask.Perception], 1e-12);
        weighting.Feed(other);
        Assert.Equal(0.5 * 2 * 4 / 0.5, weighting[TrainingTask.Perception], 1e-12);
        Assert.Equal(0.5 * 2 * 100, weighting[TrainingTask.Reasoning], 1e-12);
        weighting.Observe(WindowBuilder.Window(both, other));
        weighting.Feed(again);
        Assert.Equal(0.5 * 2 * 12 / 2, weighting[TrainingTask.Perception], 1e-12);
        Assert.Equal(1, weighting[TrainingTask.Planning]);
    }

    [Fact]
    public void Weight_AfterItsSteps_IsHeldAndNormsAreNeededNoMore()
    {
        RatioWeighting weighting = new(new WeightingSettings { MeasureSteps = 2 }, new LossWeights { Reasoning = 0, Planning = 0 });
        WindowStatistics first = WindowBuilder.Window(WindowBuilder.Sample(_losses, [1, 0.1, 1, 1]));
        WindowStatistics without = WindowBuilder.Window(WindowBuilder.Sample([1, double.NaN, 1, 1], [1, double.NaN, 1, 1]));
        WindowStatistics later = WindowBuilder.Window(WindowBuilder.Sample(_losses, [1, 100, 1, 1]));
        weighting.Observe(first);
        weighting.Observe(without);
        Assert.True(weighting.NeedsGradientNorms);
        weighting.Observe(first);
        Assert.False(weighting.NeedsGradientNorms);
        weighting.Feed(later.MicroSteps[0]);
        weighting.Observe(later);
        Assert.Equal(0.1 / 0.1, weighting[TrainingTask.Perception], 1e-12);
        Assert.Equal(0, weighting[TrainingTask.Reasoning]);
    }

    [Fact]
    public void Weight_Following_MovesByItsShareTowardEachLaterWindow()
    {
        RatioWeighting weighting = new(new WeightingSettings { Ratio = 1, MeasureSteps = 1, Follow = 0.25 }, new LossWeights());
        weighting.Observe(WindowBuilder.Window(WindowBuilder.Sample(_losses, [1, 1, 1, 1])));
        weighting.Observe(WindowBuilder.Window(WindowBuilder.Sample(_losses, [1, 0.2, 1, 0])));
        Assert.Equal(1 + (0.25 * (5 - 1)), weighting[TrainingTask.Perception], 1e-12);
        Assert.Equal(1, weighting[TrainingTask.Planning], 1e-12);
        Assert.True(weighting.NeedsGradientNorms);
    }

    [Fact]
    public void Weight_SignalWithoutGradient_KeepsItsStaticWeight()
    {
        RatioWeighting weighting = new(new WeightingSettings { MeasureSteps = 1, Follow = 0.5 }, new LossWeights { Perception = 7, Reasoning = 3 });
        WindowStatistics window = WindowBuilder.Window(WindowBuilder.Sample(_losses, [5, 0, 1e-14, 1]));
        weighting.Feed(window.MicroSteps[0]);
        Assert.Equal(7, weighting[TrainingTask.Perception]);
        weighting.Observe(window);
        Assert.Equal((7, 3), (weighting[TrainingTask.Perception], weighting[TrainingTask.Reasoning]));
        weighting.Observe(WindowBuilder.Window(WindowBuilder.Sample(_losses, [5, 0.5, 0, 1])));
        Assert.Equal(0.1 * 5 / 0.5, weighting[TrainingTask.Perception], 1e-12);
        Assert.Equal(3, weighting[TrainingTask.Reasoning]);
    }

    [Fact]
    public void Constructor_SupervisionWithoutWeight_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RatioWeighting(new WeightingSettings(), new LossWeights { Supervision = 0 }));
}
