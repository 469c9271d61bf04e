using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Gradients;

public class GradientMethodsTests
{
    [Fact]
    public void Create_EveryName_IsAMethodOfItsOwn()
    {
        GradientMethod[] names = Enum.GetValues<GradientMethod>();
        Type[] types = [.. names.Select(name => GradientMethods.Create(new GradientSettings { Method = name }).GetType())];
        Assert.Equal(14, names.Length);
        Assert.Equal(14, types.Distinct().Count());
        Assert.Equal(
            typeof(IGradientMethod).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IGradientMethod)) && !type.IsAbstract).OrderBy(type => type.Name),
            types.OrderBy(type => type.Name));
    }

    [Fact]
    public void Create_Options_ReachTheMethods()
    {
        GramMatrix gram = new(new double[,] { { 4, -1 }, { -1, 1 } });
        TaskGram tasks = TaskGram.Whole([TrainingTask.Supervision, TrainingTask.Planning], gram);
        Assert.Equal(new CaGrad(0.25).Weigh(gram), Coefficients(new GradientSettings { Method = GradientMethod.Cagrad, CagradC = 0.25 }, tasks));
        Assert.Equal(
            new AlignedMtl(AlignedScale.Rmse).Weigh(gram),
            Coefficients(new GradientSettings { Method = GradientMethod.AlignedMtl, AlignedScale = AlignedScale.Rmse }, tasks));

        GradVac vaccine = Assert.IsType<GradVac>(GradientMethods.Create(new GradientSettings { Method = GradientMethod.Gradvac, GradvacBeta = 1 }));
        vaccine.Combine(tasks, FixedOrder.Ascending);
        Assert.Equal(-0.5, vaccine.Save()["target.supervision.planning"], 1e-15);
    }

    /// <summary>
    /// Whatever a step may yield: gradients of 0, parallel, opposite, equal, and lengths 10^12 apart. Coefficients are finite, and so is
    /// what is recorded about them.
    /// </summary>
    [Fact]
    public void Combine_DegenerateGradients_StaysFinite()
    {
        int cases = 0;
        Gen.Select(Gen.ULong, Gen.Int[1, 4], Gen.Enum<GradientMethod>(), Gen.Enum<ProjectionSupport>(), Gen.Enum<AlignedScale>()).Sample(
            (seed, count, name, support, scale) =>
            {
                RandomStream random = new(seed);
                VectorTasks tasks = VectorTasks.Random(seed, count, spread: 6);
                tasks = VectorTasks.Of(tasks.Tasks, [.. tasks.Vectors.Select((vector, task) => Degenerate(random, vector, tasks.Vectors[0]))]);
                IGradientMethod method = GradientMethods.Create(new GradientSettings { Method = name, Support = support, AlignedScale = scale, GradvacBeta = 0.5 });
                for (int step = 0; step < 3; step++)
                {
                    Combination combination = method.Combine(tasks.Gram, new RandomTaskOrder(random));
                    CombinationFacts facts = CombinationFacts.Of(tasks.Gram, combination);
                    Assert.All(combination.OfBlock(0), value => Assert.True(double.IsFinite(value)));
                    Assert.True(double.IsFinite(facts.UpdateNorm) && double.IsFinite(facts.DistillationShare));
                }

                Interlocked.Increment(ref cases);
            },
            iter: 5000);
        Assert.True(cases >= 5000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-200)]
    [InlineData(1e150)]
    public void Combine_AllGradientsOfOneExtremeLength_StaysFinite(double square)
    {
        GramMatrix gram = new(new[,] { { square, -square / 2, 0 }, { -square / 2, square, 0 }, { 0, 0, square } });
        TaskGram tasks = TaskGram.Whole([TrainingTask.Supervision, TrainingTask.Perception, TrainingTask.Planning], gram);
        foreach (GradientMethod name in Enum.GetValues<GradientMethod>())
        {
            Combination combination = GradientMethods.Create(new GradientSettings { Method = name }).Combine(tasks, FixedOrder.Ascending);
            Assert.All(combination.OfBlock(0), value => Assert.True(double.IsFinite(value), $"{name}: {value}"));
        }
    }

    private static IReadOnlyList<double> Coefficients(GradientSettings settings, TaskGram tasks) =>
        GradientMethods.Create(settings).Combine(tasks, FixedOrder.Ascending).OfBlock(0);

    private static double[] Degenerate(RandomStream random, double[] vector, double[] first) => random.NextInt(6) switch
    {
        0 => new double[vector.Length],
        1 => [.. first.Select(value => 3 * value)],
        2 => [.. first.Select(value => -0.7 * value)],
        3 => first,
        _ => vector,
    };
}
