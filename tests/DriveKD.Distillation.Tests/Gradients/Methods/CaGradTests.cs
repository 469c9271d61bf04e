using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class CaGradTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Weigh_RandomVectors_IsTheConflictAverseDirection(double c) => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread: 0.5);
            double[] coefficients = new CaGrad(c).Weigh(tasks.Gram.Total);
            double[] expected = VectorWeightings.ConflictAverse(tasks.Vectors, c);
            VectorTasks.AssertNear(expected, tasks.Update(coefficients), tasks.Parts(Combination.Same(tasks.Gram, coefficients)), 1e-6);
        },
        iter: 100);

    /// <summary>
    /// The primal problem's best worst product and the dual objective meet only at the solution: their gap bounds the error of both.
    /// </summary>
    [Fact]
    public void Weigh_LengthsThatDifferMuch_HasNoDualityGap()
    {
        int stopped = 0;
        Gen.Select(Gen.ULong, Gen.Int[1, 4], Gen.Double[0, 4], Gen.Double[0.05, 1]).Sample(
            (seed, count, spread, c) =>
            {
                VectorTasks tasks = VectorTasks.Random(seed, count, spread);
                double[] coefficients = new CaGrad(c).Weigh(tasks.Gram.Total);
                if (coefficients.All(value => value == 0))
                {
                    Interlocked.Increment(ref stopped);
                    return;
                }

                double[] mean = VectorWeightings.Mean(tasks.Vectors);
                double radius = c * VectorTasks.Norm(mean);
                double[] added = [.. coefficients.Select(value => value - (1.0 / count))];
                double[] weights = [.. added.Select(value => value / added.Sum())];
                Assert.All(weights, weight => Assert.True(weight >= -1e-12));

                double[] update = tasks.Update(coefficients);
                double[] direction = tasks.Update(weights);
                double worst = tasks.Vectors.Min(vector => VectorTasks.Dot(vector, update));
                double dual = VectorTasks.Dot(direction, mean) + (radius * VectorTasks.Norm(direction));
                double scale = VectorTasks.Norm(mean) * weights.Select((weight, task) => Math.Abs(weight) * VectorTasks.Norm(tasks.Vectors[task])).Sum();
                Assert.True(dual - worst <= 1e-9 * scale, $"{dual - worst:E2} at {scale:E2}");
                Assert.Equal(radius, VectorTasks.Norm(tasks.Update(added)), 1e-9 * tasks.Parts(Combination.Same(tasks.Gram, added)));
            },
            iter: 3000);
        Assert.InRange(stopped, 0, 30);
    }

    [Fact]
    public void Weigh_NoRadius_IsTheMean() => Assert.Equal([0.5, 0.5], new CaGrad(0).Weigh(new GramMatrix(new double[,] { { 4, -1 }, { -1, 1 } })));

    [Fact]
    public void Weigh_NoDirectionServesAll_IsZero()
    {
        // Two opposite gradients and one across: within half the mean's length nothing serves all three better than 0.
        GramMatrix gram = new(new double[,] { { 1, -1, 0 }, { -1, 1, 0 }, { 0, 0, 1 } });
        Assert.Equal([0.0, 0, 0], new CaGrad(0.5).Weigh(gram));
    }
}
