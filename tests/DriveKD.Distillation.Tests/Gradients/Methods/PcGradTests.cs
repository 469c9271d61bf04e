using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class PcGradTests
{
    [Theory]
    [InlineData(ProjectionSupport.Full)]
    [InlineData(ProjectionSupport.Reached)]
    public void Combine_RandomVectors_IsTheProjectionOfTheVectors(ProjectionSupport support)
    {
        int projections = 0;
        Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
            (seed, count) =>
            {
                VectorTasks tasks = VectorTasks.Random(seed, count, spread: 3);
                int[][] orders = Orders(seed, count);
                Combination combination = new PcGrad(support).Combine(tasks.Gram, new FixedOrder(orders));
                double[] expected = VectorProjections.PcGrad(tasks, orders, support == ProjectionSupport.Reached);
                VectorTasks.AssertNear(expected, tasks.Update(combination), tasks.Parts(combination));
                Interlocked.Add(ref projections, combination.Stage2Projections);
            },
            iter: 2000);
        Assert.True(projections > 500, $"{projections} projections");
    }

    [Fact]
    public void Combine_TasksRenamed_GivesTheSameUpdate() => Gen.ULong.Sample(
        seed =>
        {
            VectorTasks tasks = VectorTasks.Random(seed);
            int[][] orders = Orders(seed, 4);
            int[] renaming = new RandomStream(seed + 2).Permutation(4);
            VectorTasks renamed = tasks.Reordered(renaming);
            int[][] renamedOrders = [.. renaming.Select(old => orders[old].Select(other => Array.IndexOf(renaming, other)).ToArray())];

            Combination combination = new PcGrad(ProjectionSupport.Reached).Combine(tasks.Gram, new FixedOrder(orders));
            Combination other = new PcGrad(ProjectionSupport.Reached).Combine(renamed.Gram, new FixedOrder(renamedOrders));
            VectorTasks.AssertNear(tasks.Update(combination), renamed.Update(other), tasks.Parts(combination));
        },
        iter: 300);

    [Fact]
    public void Combine_TwoTasksInConflict_LeavesNone()
    {
        VectorTasks tasks = VectorTasks.Of([TrainingTask.Supervision, TrainingTask.Planning], [1, 0], [-1e-12, 1e-12]);
        Combination combination = new PcGrad(ProjectionSupport.Full).Combine(tasks.Gram, FixedOrder.Ascending);
        Assert.Equal(2, combination.Stage2Projections);
        Assert.Equal(0, CombinationFacts.Of(tasks.Gram, combination).ConflictsAfter);
    }

    private static int[][] Orders(ulong seed, int count)
    {
        RandomStream random = new(seed + 1);
        return [.. Enumerable.Range(0, count).Select(_ => random.Permutation(count))];
    }
}
