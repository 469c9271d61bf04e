using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class NashMtlTests
{
    [Fact]
    public void Weigh_RandomVectors_IsTheBargainingSolution() => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread: 2);
            double[] coefficients = new NashMtl().Weigh(tasks.Gram.Total);
            VectorTasks.AssertNear(VectorWeightings.Nash(tasks.Vectors), tasks.Update(coefficients), tasks.Parts(Combination.Same(tasks.Gram, coefficients)), 1e-8);
        },
        iter: 200);

    [Fact]
    public void Weigh_LengthsThatDifferMuch_SolvesItsEquation() => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread: 4);
            double[] coefficients = new NashMtl().Weigh(tasks.Gram.Total);
            double[] update = tasks.Update(coefficients);
            Assert.All(coefficients, value => Assert.True(value > 0));
            for (int task = 0; task < count; task++)
            {
                Assert.Equal(1, coefficients[task] * VectorTasks.Dot(tasks.Vectors[task], update), 1e-8);
            }

            Assert.Equal(Math.Sqrt(count), VectorTasks.Norm(update), 1e-8);
        },
        iter: 500);

    /// <summary>Contributions look at no gradient's length.</summary>
    [Fact]
    public void Weigh_OneGradientLonger_KeepsTheUpdate() => Gen.Select(Gen.ULong, Gen.Int[-20, 20]).Sample(
        (seed, exponent) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed);
            VectorTasks scaled = tasks.Scaled(1, 1, Math.Pow(2, exponent), 1);
            double[] update = tasks.Update(new NashMtl().Weigh(tasks.Gram.Total));
            VectorTasks.AssertNear(update, scaled.Update(new NashMtl().Weigh(scaled.Gram.Total)), VectorTasks.Norm(update));
        },
        iter: 300);

    [Fact]
    public void Weigh_ParallelGradients_IsTheirSolution()
    {
        // a_k |g_k| = y with y (y + y) = 1, up to what is added to the cosines.
        double[] coefficients = new NashMtl().Weigh(new GramMatrix(new double[,] { { 1, 2 }, { 2, 4 } }));
        Assert.Equal(Math.Sqrt(0.5), coefficients[0], NashMtl.Regularization);
        Assert.Equal(Math.Sqrt(0.5) / 2, coefficients[1], NashMtl.Regularization);
    }

    [Fact]
    public void Weigh_OppositeGradients_StaysWithinItsRegularization()
    {
        double[] coefficients = new NashMtl().Weigh(new GramMatrix(new double[,] { { 1, -2 }, { -2, 4 } }));
        Assert.Equal(1 / Math.Sqrt(NashMtl.Regularization), coefficients[0], 1e-3);
        Assert.Equal(coefficients[0], 2 * coefficients[1], 1e-6);
    }
}
