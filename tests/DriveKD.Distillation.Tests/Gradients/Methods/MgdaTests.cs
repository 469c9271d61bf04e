using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class MgdaTests
{
    [Fact]
    public void Weigh_RandomVectors_IsTheShortestConvexCombination() => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread: 0.5);
            double[] weights = new Mgda().Weigh(tasks.Gram.Total);
            VectorTasks.AssertNear(VectorWeightings.Shortest(tasks.Vectors), tasks.Update(weights), tasks.Parts(Combination.Same(tasks.Gram, weights)), 1e-7);
        },
        iter: 200);

    /// <summary>These conditions are met by the shortest combination and by no other, whatever the lengths.</summary>
    [Fact]
    public void Weigh_LengthsThatDifferMuch_MeetsTheConditionsOfTheMinimum() => Gen.Select(Gen.ULong, Gen.Int[1, 4], Gen.Double[0, 4]).Sample(
        (seed, count, spread) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread);
            double[] weights = new Mgda().Weigh(tasks.Gram.Total);
            double[] update = tasks.Update(weights);
            double square = VectorTasks.Dot(update, update);
            Assert.Equal(1, weights.Sum(), 1e-12);
            Assert.All(weights, weight => Assert.True(weight >= 0));
            double parts = tasks.Parts(Combination.Same(tasks.Gram, weights));
            for (int task = 0; task < count; task++)
            {
                double gradient = VectorTasks.Norm(tasks.Vectors[task]);
                double excess = VectorTasks.Dot(tasks.Vectors[task], update) - square;
                Assert.True(excess >= -1e-9 * gradient * parts, $"{excess:E2} at {gradient * parts:E2}");
                Assert.True(weights[task] == 0 || Math.Abs(excess) <= 1e-9 * gradient * parts, $"{excess:E2} at {gradient * parts:E2}, weight {weights[task]}");
            }
        },
        iter: 2000);

    [Fact]
    public void Weigh_OppositeGradients_CancelsThem()
    {
        double[] weights = new Mgda().Weigh(new GramMatrix(new double[,] { { 4, -6, 0 }, { -6, 9, 0 }, { 0, 0, 1 } }));
        Assert.Equal(0.6, weights[0], 1e-12);
        Assert.Equal(0.4, weights[1], 1e-12);
        Assert.Equal(0, weights[2], 1e-12);
    }
}
