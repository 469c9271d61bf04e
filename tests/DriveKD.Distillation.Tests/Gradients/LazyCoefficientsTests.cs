using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Tests.Gradients;

public sealed class LazyCoefficientsTests
{
    private static readonly TrainingTask[] _tasks = [TrainingTask.Supervision, TrainingTask.Perception];

    [Fact]
    public void Of_BeforeTheFirstExactStep_IsUnknownAndDue()
    {
        LazyCoefficients lazy = new(3);
        Assert.True(lazy.IsDue);
        Assert.Null(lazy.Of("a"));
    }

    [Fact]
    public void IsDue_AfterAnExactStep_ComesBackEveryThirdStep()
    {
        LazyCoefficients lazy = new(3);
        List<bool> due = [];
        for (int step = 0; step < 7; step++)
        {
            due.Add(lazy.IsDue);
            if (lazy.IsDue)
            {
                lazy.Learn("a", Report(1, 0.5));
                lazy.Renew();
            }
            else
            {
                lazy.Age();
            }
        }

        Assert.Equal([true, false, false, true, false, false, true], due);
    }

    [Fact]
    public void Renew_SeveralReportsOfAKind_TakesTheirMeanAndTellsTheLargestChange()
    {
        LazyCoefficients lazy = new(2);
        lazy.Learn("a", Report(1, 0.2));
        lazy.Learn("a", Report(2, 0.4));
        lazy.Learn("b", Report(1, 1));
        Assert.Null(lazy.Renew());
        Assert.Equal((1.5, 0.3), (lazy.Of("a")![TrainingTask.Supervision], Math.Round(lazy.Of("a")![TrainingTask.Perception], 12)));

        lazy.Learn("a", Report(1.4, 0.9));
        Assert.Equal(0.6, lazy.Renew()!.Value, 12);
        Assert.Equal(0.9, lazy.Of("a")![TrainingTask.Perception]);
        // What the step did not have keeps what it had.
        Assert.Equal(1, lazy.Of("b")![TrainingTask.Perception]);
    }

    [Fact]
    public void Restore_WhatWasSaved_GoesOnAsBefore()
    {
        LazyCoefficients lazy = new(3);
        lazy.Learn("supervision 1 perception 0.8", Report(1.25, 1 / 3.0));
        lazy.Renew();
        lazy.Age();
        LazyCoefficients restored = new(3);
        restored.Restore(lazy.Save());

        Assert.Equal(lazy.Of("supervision 1 perception 0.8"), restored.Of("supervision 1 perception 0.8"));
        Assert.False(restored.IsDue);
        restored.Age();
        Assert.True(restored.IsDue);
    }

    private static UpdateReport Report(double supervision, double perception)
    {
        TaskGram gram = TaskGram.Whole(_tasks, new GramMatrix(new double[,] { { 1, 0 }, { 0, 1 } }));
        return new UpdateReport(gram, gram, Combination.Same(gram, [supervision, perception]), [1, 1]);
    }
}
