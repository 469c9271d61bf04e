using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

/// <summary>UPGrad and DualProj: the mean of the projections, the projection of the mean.</summary>
public class DualConeTests
{
    [Fact]
    public void UpGrad_RandomVectors_IsTheMeanOfTheProjections() => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread: 2);
            double[] coefficients = new UpGrad().Weigh(tasks.Gram.Total);
            double[] expected = VectorWeightings.Mean([.. tasks.Vectors.Select(vector => VectorWeightings.OffAll(tasks.Vectors, vector))]);
            VectorTasks.AssertNear(expected, tasks.Update(coefficients), tasks.Parts(Combination.Same(tasks.Gram, coefficients)), 1e-8);
        },
        iter: 200);

    [Fact]
    public void DualProj_RandomVectors_IsTheProjectionOfTheMean() => Gen.Select(Gen.ULong, Gen.Int[1, 4]).Sample(
        (seed, count) =>
        {
            VectorTasks tasks = VectorTasks.Random(seed, count, spread: 2);
            double[] coefficients = new DualProj().Weigh(tasks.Gram.Total);
            double[] expected = VectorWeightings.OffAll(tasks.Vectors, VectorWeightings.Mean(tasks.Vectors));
            VectorTasks.AssertNear(expected, tasks.Update(coefficients), tasks.Parts(Combination.Same(tasks.Gram, coefficients)), 1e-8);
        },
        iter: 200);

    [Fact]
    public void Weigh_LengthsThatDifferMuch_LeavesNoConflict()
    {
        int before = 0;
        Gen.Select(Gen.ULong, Gen.Int[1, 4], Gen.Double[0, 4]).Sample(
            (seed, count, spread) =>
            {
                VectorTasks tasks = VectorTasks.Random(seed, count, spread);
                foreach (GramWeighting method in new GramWeighting[] { new UpGrad(), new DualProj() })
                {
                    Combination combination = method.Combine(tasks.Gram, FixedOrder.Ascending);
                    CombinationFacts facts = CombinationFacts.Of(tasks.Gram, combination);
                    Assert.Equal(0, facts.ConflictsAfter);
                    Assert.All(combination.OfBlock(0), value => Assert.True(value >= (1.0 / count) - 1e-12));
                    Interlocked.Add(ref before, facts.ConflictsBefore);
                }
            },
            iter: 2000);
        Assert.True(before > 500);
    }

    /// <summary>The cone looks at no gradient's length: only the scaled gradient's own projection grows.</summary>
    [Fact]
    public void UpGrad_OneGradientLonger_ScalesItsPartAlone() => Gen.Select(Gen.ULong, Gen.Int[-10, 10]).Sample(
        (seed, exponent) =>
        {
            double factor = Math.Pow(2, exponent);
            VectorTasks tasks = VectorTasks.Random(seed);
            VectorTasks scaled = tasks.Scaled(1, factor, 1, 1);
            double[] part = [.. VectorWeightings.OffAll(tasks.Vectors, tasks.Vectors[1]).Select(value => value / 4)];
            double[] expected = VectorTasks.Add(tasks.Update(new UpGrad().Weigh(tasks.Gram.Total)), factor - 1, part);
            double[] coefficients = new UpGrad().Weigh(scaled.Gram.Total);
            VectorTasks.AssertNear(expected, scaled.Update(coefficients), scaled.Parts(Combination.Same(scaled.Gram, coefficients)), 1e-7);
        },
        iter: 100);

    [Fact]
    public void Weigh_NothingConflicts_IsTheMean()
    {
        GramMatrix gram = new(new double[,] { { 4, 1 }, { 1, 1 } });
        Assert.Equal([0.5, 0.5], new UpGrad().Weigh(gram));
        Assert.Equal([0.5, 0.5], new DualProj().Weigh(gram));
    }

    [Fact]
    public void Weigh_ReferenceRegularization_LeavesConflictsOfShortGradients()
    {
        GramMatrix gram = new(new double[,] { { 1, -0.0005 }, { -0.0005, 1e-6 } });
        Assert.Equal(0, CombinationFacts.Of(Whole(gram), new UpGrad().Combine(Whole(gram), FixedOrder.Ascending)).ConflictsAfter);
        Assert.Equal(1, CombinationFacts.Of(Whole(gram), new UpGrad(1e-4).Combine(Whole(gram), FixedOrder.Ascending)).ConflictsAfter);
    }

    private static TaskGram Whole(GramMatrix gram) => TaskGram.Whole([.. Enum.GetValues<TrainingTask>().Take(gram.Size)], gram);
}
