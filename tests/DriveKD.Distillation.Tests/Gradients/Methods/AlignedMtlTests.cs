using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Gradients.Solvers;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

public class AlignedMtlTests
{
    [Theory]
    [InlineData(AlignedScale.Min)]
    [InlineData(AlignedScale.Median)]
    [InlineData(AlignedScale.Rmse)]
    public void Weigh_RandomVectors_IsTheMeanOfTheBalancedVectors(AlignedScale scale) => Gen.ULong.Sample(
        seed =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count: 3, spread: 0.5);
            double[] weights = new AlignedMtl(scale).Weigh(tasks.Gram.Total);

            // Three eigenvalues: the two outer ones by power iteration, the other from the trace.
            double[][] gram = [.. tasks.Vectors.Select(row => tasks.Vectors.Select(column => VectorTasks.Dot(row, column)).ToArray())];
            double trace = gram.Select((row, index) => row[index]).Sum();
            double largest = Dominant(gram);
            double smallest = 1 / Dominant(VectorWeightings.Inverse(gram));
            double size = Math.Sqrt(scale switch
            {
                AlignedScale.Min => smallest,
                AlignedScale.Median => trace - largest - smallest,
                _ => trace / 3,
            });
            double[] expected = [.. VectorWeightings.AlignedToOne(tasks.Vectors).Select(value => size * value)];
            VectorTasks.AssertNear(expected, tasks.Update(weights), tasks.Parts(Combination.Same(tasks.Gram, weights)), 1e-6);
        },
        iter: 200);

    [Fact]
    public void Weigh_OrthogonalGradients_GivesAllTheLengthOfTheScale()
    {
        GramMatrix gram = new(new double[,] { { 16, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 4, 0 }, { 0, 0, 0, 9 } });
        double[] Expected(double size) => [size / 4 / 4, size / 1 / 4, size / 2 / 4, size / 3 / 4];
        VectorTasks.AssertNear(Expected(1), new AlignedMtl(AlignedScale.Min).Weigh(gram), 1, 1e-15);
        VectorTasks.AssertNear(Expected(2), new AlignedMtl(AlignedScale.Median).Weigh(gram), 1, 1e-15);
        VectorTasks.AssertNear(Expected(Math.Sqrt(7.5)), new AlignedMtl(AlignedScale.Rmse).Weigh(gram), 1, 1e-15);
    }

    [Fact]
    public void Weigh_LengthsMillionsApart_KeepsTheShortOnes()
    {
        GramMatrix gram = new(new double[,] { { 1e14, 1e6, 0 }, { 1e6, 1, 0.1 }, { 0, 0.1, 1 } });
        double[] weights = new AlignedMtl(AlignedScale.Min).Weigh(gram);
        Assert.InRange(weights[0], 1e-9, 1e-7);
        Assert.InRange(weights[1], 0.1, 1);
        Assert.InRange(weights[2], 0.1, 1);
        Assert.Equal(3, GradientRank.Of(gram));
    }

    private static double Dominant(double[][] matrix)
    {
        double[] vector = [1, 0.9, 0.8];
        for (int step = 0; step < 100_000; step++)
        {
            double[] next = [.. matrix.Select(row => VectorTasks.Dot(row, vector))];
            double norm = VectorTasks.Norm(next);
            next = [.. next.Select(value => value / norm)];
            if (VectorTasks.Norm(VectorTasks.Add(next, -1, vector)) < 1e-15)
            {
                break;
            }

            vector = next;
        }

        return VectorTasks.Dot(vector, [.. matrix.Select(row => VectorTasks.Dot(row, vector))]);
    }
}
