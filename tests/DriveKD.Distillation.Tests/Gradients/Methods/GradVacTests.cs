using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class GradVacTests
{
    [Theory]
    [InlineData(ProjectionSupport.Full)]
    [InlineData(ProjectionSupport.Reached)]
    public void Combine_SixRandomSteps_IsTheVaccineOfTheVectors(ProjectionSupport support)
    {
        int changes = 0;
        Gen.ULong.Sample(
            seed =>
            {
                const double Beta = 0.3;
                GradVac method = new(Beta, support);
                Dictionary<(int, int), double> targets = [];
                RandomStream random = new(seed);
                for (int step = 0; step < 6; step++)
                {
                    VectorTasks tasks = VectorTasks.Random(random.NextBits(), spread: 2);
                    int[][] orders = [.. Enumerable.Range(0, 4).Select(_ => random.Permutation(4))];
                    Combination combination = method.Combine(tasks.Gram, new FixedOrder(orders));
                    double[] expected = VectorProjections.GradVac(tasks, orders, targets, Beta, support == ProjectionSupport.Reached);
                    VectorTasks.AssertNear(expected, tasks.Update(combination), tasks.Parts(combination), 1e-7);
                    Interlocked.Add(ref changes, combination.Stage2Projections);
                }

                foreach (((int own, int other), double target) in targets)
                {
                    Assert.Equal(target, method.Save()[$"target.{(TrainingTask)own}.{(TrainingTask)other}".ToLowerInvariant()], 1e-7);
                }
            },
            iter: 200);
        Assert.True(changes > 500, $"{changes} changes");
    }

    [Fact]
    public void Combine_TargetsThatStayAtZero_IsPcGrad() => Gen.ULong.Sample(
        seed =>
        {
            GradVac method = new(0, ProjectionSupport.Full);
            VectorTasks tasks = VectorTasks.Random(seed);
            Combination expected = new PcGrad(ProjectionSupport.Full).Combine(tasks.Gram, FixedOrder.Ascending);
            Combination combination = method.Combine(tasks.Gram, FixedOrder.Ascending);
            VectorTasks.AssertNear(tasks.Update(expected), tasks.Update(combination), tasks.Parts(expected));
            Assert.Equal(expected.Stage2Projections, combination.Stage2Projections);
        },
        iter: 300);

    [Fact]
    public void Restore_WhatWasSaved_GoesOnToTheSameBits()
    {
        GradVac method = new(0.2, ProjectionSupport.Full);
        for (ulong step = 0; step < 5; step++)
        {
            method.Combine(VectorTasks.Random(step, count: 3).Gram, FixedOrder.Ascending);
        }

        GradVac resumed = new(0.2, ProjectionSupport.Full);
        resumed.Restore(method.Save());
        Assert.Equal(6, method.Save().Count);
        for (ulong step = 5; step < 10; step++)
        {
            TaskGram gram = VectorTasks.Random(step).Gram;
            Assert.Equal(method.Combine(gram, FixedOrder.Ascending).OfBlock(0), resumed.Combine(gram, FixedOrder.Ascending).OfBlock(0));
        }

        Assert.Equal(method.Save(), resumed.Save());
    }

    [Theory]
    [InlineData("target.supervision.supervision", 0)]
    [InlineData("other", 0)]
    [InlineData("target.supervision.planning", 1.5)]
    [InlineData("target.supervision.planning", double.NaN)]
    public void Restore_NoTargets_ThrowsAndKeepsTheOldOnes(string name, double value)
    {
        GradVac method = new(1, ProjectionSupport.Full);
        method.Combine(VectorTasks.Random(1).Gram, FixedOrder.Ascending);
        IReadOnlyDictionary<string, double> before = method.Save();
        Assert.Throws<ArgumentException>(() => method.Restore(new Dictionary<string, double> { [name] = value }));
        Assert.Equal(before, method.Save());
    }

    [Fact]
    public void Combine_TargetOfOne_StaysFinite()
    {
        GradVac method = new(1, ProjectionSupport.Full);
        VectorTasks parallel = VectorTasks.Of([TrainingTask.Supervision, TrainingTask.Planning], [1, 2], [2, 4]);
        method.Combine(parallel.Gram, FixedOrder.Ascending);
        Assert.Equal(1, method.Save()["target.supervision.planning"], 1e-15);

        VectorTasks opposite = VectorTasks.Of([TrainingTask.Supervision, TrainingTask.Planning], [1, 2], [-2, -4]);
        Combination combination = method.Combine(opposite.Gram, FixedOrder.Ascending);
        Assert.All(combination.OfBlock(0), value => Assert.True(double.IsFinite(value)));
    }
}
