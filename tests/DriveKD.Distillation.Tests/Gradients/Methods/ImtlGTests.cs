using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class ImtlGTests
{
    [Fact]
    public void Weigh_RandomVectors_IsThePapersClosedForm() => Gen.Select(Gen.ULong, Gen.Int[2, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count);
            double[] weights = new ImtlG().Weigh(tasks.Gram.Total);
            double[] expected = VectorWeightings.Impartial(tasks.Vectors);
            VectorTasks.AssertNear(expected, tasks.Update(weights), tasks.Parts(Combination.Same(tasks.Gram, weights)), 1e-6);
            Assert.Equal(1, weights.Sum(), 1e-9 * weights.Sum(Math.Abs));
        },
        iter: 300);

    [Fact]
    public void Weigh_LengthsThatDifferMuch_HasEqualProjections() => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread: 4);
            double[] weights = new ImtlG().Weigh(tasks.Gram.Total);
            double[] update = tasks.Update(weights);
            double[] projections = [.. tasks.Vectors.Select(vector => VectorTasks.Dot(vector, update) / VectorTasks.Norm(vector))];
            Assert.True(projections.Max() - projections.Min() <= 1e-9 * tasks.Parts(Combination.Same(tasks.Gram, weights)));
        },
        iter: 500);

    /// <summary>The direction looks at no gradient's length.</summary>
    [Fact]
    public void Weigh_OneGradientLonger_KeepsTheDirection() => Gen.Select(Gen.ULong, Gen.Int[-20, 20]).Sample(
        (seed, exponent) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed);
            VectorTasks scaled = tasks.Scaled(1, Math.Pow(2, exponent), 1, 1);
            double[] update = tasks.Update(new ImtlG().Weigh(tasks.Gram.Total));
            double[] other = scaled.Update(new ImtlG().Weigh(scaled.Gram.Total));
            double cosine = VectorTasks.Dot(update, other) / VectorTasks.Norm(update) / VectorTasks.Norm(other);
            Assert.Equal(1, Math.Abs(cosine), 1e-9);
        },
        iter: 300);

    [Fact]
    public void Weigh_OppositeGradients_IsZero() => Assert.Equal([0.0, 0], new ImtlG().Weigh(new GramMatrix(new double[,] { { 4, -6 }, { -6, 9 } })));

    [Fact]
    public void Weigh_ParallelGradients_SharesByLength()
    {
        // Contributions are alike: 2/3 of a gradient of length 1, 1/3 of one of length 2.
        double[] weights = new ImtlG().Weigh(new GramMatrix(new double[,] { { 1, 2 }, { 2, 4 } }));
        Assert.Equal(2.0 / 3, weights[0], 1e-12);
        Assert.Equal(1.0 / 3, weights[1], 1e-12);
    }
}
