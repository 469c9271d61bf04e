using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Gradients;

public class CombinationFactsTests
{
    [Fact]
    public void Of_RandomVectors_AreThoseOfTheVectors()
    {
        int conflicts = 0;
        Gen.ULong.Sample(
            seed =>
            {
                VectorTasks tasks = VectorTasks.Random(seed);
                Combination combination = new Agp(ProjectionSupport.Reached).Combine(tasks.Gram, FixedOrder.Ascending);
                CombinationFacts facts = CombinationFacts.Of(tasks.Gram, combination);

                double[] update = tasks.Update(combination);
                Combination signals = new([.. Enumerable.Range(0, combination.Blocks).Select(block =>
                    combination.OfBlock(block).Select((value, task) => tasks.Tasks[task] == TrainingTask.Supervision ? 0 : value).ToArray())]);
                Assert.Equal(VectorTasks.Norm(update), facts.UpdateNorm, 1e-9 * tasks.Parts(combination));
                Assert.Equal(VectorTasks.Norm(tasks.Update(signals)) / VectorTasks.Norm(update), facts.DistillationShare, 1e-6);
                Assert.Equal(
                    Enumerable.Range(0, 4).Sum(row => Enumerable.Range(0, row).Count(column => VectorTasks.Dot(tasks.Vectors[row], tasks.Vectors[column]) < 0)),
                    facts.ConflictsBefore);
                Assert.Equal(tasks.Vectors.Count(vector => VectorTasks.Dot(vector, update) < 0), facts.ConflictsAfter);
                Interlocked.Add(ref conflicts, facts.ConflictsAfter);
            },
            iter: 500);
        Assert.True(conflicts > 0);
    }

    [Fact]
    public void Of_UpdateOfZero_HasNoShareAndNoConflict()
    {
        VectorTasks tasks = VectorTasks.Of([TrainingTask.Supervision, TrainingTask.Planning], [1, 2], [-1, -2]);
        CombinationFacts facts = CombinationFacts.Of(tasks.Gram, Combination.Same(tasks.Gram, [1, 1]));
        Assert.Equal(new CombinationFacts { ConflictsBefore = 1, ConflictsAfter = 0, UpdateNorm = 0, DistillationShare = 0 }, facts);
    }

    [Fact]
    public void Of_OtherBlocks_Throws()
    {
        VectorTasks tasks = VectorTasks.Random(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => CombinationFacts.Of(tasks.Gram, new Combination([new double[4]])));
    }
}
