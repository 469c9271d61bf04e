using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Weighting;

public class UncertaintyWeightingTests
{
    [Fact]
    public void Weight_AtTheStart_IsTheStaticOne()
    {
        UncertaintyWeighting weighting = new(new WeightingSettings(), new LossWeights { Perception = 5000, Planning = 0 });
        Assert.Equal(1, weighting[TrainingTask.Supervision]);
        Assert.Equal(5000, weighting[TrainingTask.Perception], 1e-8);
        Assert.Equal(0, weighting[TrainingTask.Planning]);
    }

    [Fact]
    public void Observe_ConstantLosses_ComesToRestAtOneOverTheLoss()
    {
        UncertaintyWeighting weighting = new(new WeightingSettings { LearningRate = 0.01 }, new LossWeights());
        double[] losses = [4, 0.5, double.NaN, 1];
        for (int step = 0; step < 2000; step++)
        {
            // A sample without a task says nothing about it.
            weighting.Observe(WindowBuilder.Window(
                WindowBuilder.Sample(losses, []), WindowBuilder.Sample([4, double.NaN, double.NaN, 1], [])));
        }

        Assert.Equal(1 / 4.0, weighting[TrainingTask.Supervision], 1e-3);
        Assert.Equal(1 / 0.5, weighting[TrainingTask.Perception], 1e-3);
        Assert.Equal(1, weighting[TrainingTask.Reasoning]);
        Assert.Equal(1, weighting[TrainingTask.Planning], 1e-3);
    }

    [Fact]
    public void Observe_OneStep_MovesEachLogVarianceByTheRate()
    {
        // AdamW's first step has the length of the rate; its direction is the sign of 1 - w L.
        UncertaintyWeighting weighting = new(new WeightingSettings { LearningRate = 0.01 }, new LossWeights());
        weighting.Observe(WindowBuilder.Window(WindowBuilder.Sample([4, 0.5, double.NaN, double.NaN], [])));
        Assert.Equal(Math.Exp(-0.01), weighting[TrainingTask.Supervision], 1e-9);
        Assert.Equal(Math.Exp(0.01), weighting[TrainingTask.Perception], 1e-9);
    }
}
