using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class TwoStageProjectionTests
{
    [Theory]
    [InlineData(GradientMethod.Agp, ProjectionSupport.Full)]
    [InlineData(GradientMethod.Agp, ProjectionSupport.Reached)]
    [InlineData(GradientMethod.G1, ProjectionSupport.Full)]
    [InlineData(GradientMethod.G1, ProjectionSupport.Reached)]
    [InlineData(GradientMethod.G2, ProjectionSupport.Full)]
    [InlineData(GradientMethod.G2, ProjectionSupport.Reached)]
    public void Combine_RandomVectors_IsTheProjectionOfTheVectors(GradientMethod method, ProjectionSupport support)
    {
        int changed = 0;
        Gen.Select(Gen.ULong, Gen.Int[1, 4], Gen.Bool).Sample(
            (seed, count, hasSupervision) =>
            {
                VectorTasks tasks = VectorTasks.Random(seed, Math.Min(count, hasSupervision ? 4 : 3), spread: 3, hasSupervision);
                int[] order = new RandomStream(seed + 1).Permutation(tasks.Gram.Capabilities.Count);
                IGradientMethod projection = GradientMethods.Create(new GradientSettings { Method = method, Support = support });
                Combination combination = projection.Combine(tasks.Gram, new FixedOrder(order));
                double[] expected = VectorProjections.TwoStages(
                    tasks, order, method != GradientMethod.G2, method != GradientMethod.G1, support == ProjectionSupport.Reached);
                VectorTasks.AssertNear(expected, tasks.Update(combination), tasks.Parts(combination));
                Assert.True(method != GradientMethod.G1 || combination.Stage2Projections == 0);
                Assert.True((method != GradientMethod.G2 && hasSupervision) || combination.Stage1Projections == 0);
                Interlocked.Add(ref changed, combination.Stage1Projections + combination.Stage2Projections);
            },
            iter: 2000);
        Assert.True(changed > 500, $"{changed} projections");
    }

    [Fact]
    public void G1_OneFollower_NeverPointsAgainstSupervision() => Gen.ULong.Sample(
        seed =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count: 2, spread: 3);
            Combination combination = new G1(ProjectionSupport.Full).Combine(tasks.Gram, FixedOrder.Ascending);
            double[] follower = VectorTasks.Add(tasks.Update(combination), -1, tasks.Vectors[0]);
            double product = VectorTasks.Dot(follower, tasks.Vectors[0]);
            Assert.True(product >= -1e-9 * VectorTasks.Norm(tasks.Vectors[0]) * (tasks.Parts(combination) + VectorTasks.Norm(tasks.Vectors[0])), $"{product}");
            Assert.Equal(tasks.Gram.Total[0, 1] < 0 ? 1 : 0, combination.Stage1Projections);
        },
        iter: 1000);

    [Fact]
    public void Agp_NothingConflicts_IsTheSumPerCapability() => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            // Gradients without negative parts cannot conflict.
            VectorTasks tasks = VectorTasks.Random(seed, count);
            tasks = VectorTasks.Of(tasks.Tasks, [.. tasks.Vectors.Select(vector => vector.Select(Math.Abs).ToArray())], tasks.BlockSizes, tasks.Reached);
            Combination projected = new Agp(ProjectionSupport.Full).Combine(tasks.Gram, FixedOrder.Ascending);
            Combination summed = new SumPerCapability().Combine(tasks.Gram, FixedOrder.Ascending);
            Combination plain = new Sum().Combine(tasks.Gram, FixedOrder.Ascending);
            for (int block = 0; block < projected.Blocks; block++)
            {
                Assert.Equal(summed.OfBlock(block), projected.OfBlock(block));
                Assert.Equal(plain.OfBlock(block).Skip(1), projected.OfBlock(block).Skip(1));
                Assert.Equal(Math.Max(1, count - 1), projected[block, 0]);
            }
        },
        iter: 200);

    [Fact]
    public void Agp_RowsInAnotherOrder_GivesTheSameUpdate() => Gen.ULong.Sample(
        seed =>
        {
            VectorTasks tasks = VectorTasks.Random(seed);
            VectorTasks reordered = tasks.Reordered(new RandomStream(seed).Permutation(4));
            Combination combination = new Agp(ProjectionSupport.Reached).Combine(tasks.Gram, new FixedOrder([2, 0, 1]));
            Combination other = new Agp(ProjectionSupport.Reached).Combine(reordered.Gram, new FixedOrder([2, 0, 1]));
            VectorTasks.AssertNear(tasks.Update(combination), reordered.Update(other), tasks.Parts(combination));
        },
        iter: 300);

    [Fact]
    public void Agp_AllGradientsLonger_HasTheSameCoefficients() => Gen.ULong.Sample(
        seed =>
        {
            VectorTasks tasks = VectorTasks.Random(seed);
            Combination combination = new Agp(ProjectionSupport.Full).Combine(tasks.Gram, FixedOrder.Ascending);
            Combination longer = new Agp(ProjectionSupport.Full).Combine(tasks.Gram.Weighted([1024, 1024, 1024, 1024]), FixedOrder.Ascending);
            Assert.Equal(combination.OfBlock(0), longer.OfBlock(0));
        },
        iter: 300);

    [Fact]
    public void Combine_SupervisionAlone_IsSupervisionAndAsksForNoOrder()
    {
        VectorTasks tasks = VectorTasks.Random(3, count: 1);
        foreach (GradientMethod method in new[] { GradientMethod.Agp, GradientMethod.G1, GradientMethod.G2, GradientMethod.SumPerCapability, GradientMethod.Sum })
        {
            Combination combination = GradientMethods.Create(new GradientSettings { Method = method }).Combine(tasks.Gram, new FixedOrder());
            Assert.Equal([1.0], combination.OfBlock(0));
        }
    }

    [Fact]
    public void Combine_SignalOfZero_CountsAsPresent()
    {
        VectorTasks tasks = VectorTasks.Of([TrainingTask.Supervision, TrainingTask.Perception, TrainingTask.Planning], [1, 2], [0, 0], [-1, 1]);
        Combination combination = new Agp(ProjectionSupport.Full).Combine(tasks.Gram, FixedOrder.Ascending);
        Assert.Equal([2.0, 1, 1], combination.OfBlock(0));
        Assert.Equal((0, 0), (combination.Stage1Projections, combination.Stage2Projections));
    }
}
