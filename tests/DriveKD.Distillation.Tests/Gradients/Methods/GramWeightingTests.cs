using CsCheck;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Gradients.Methods;

/// <summary>What all methods that see only the whole Gram matrix have in common.</summary>
public class GramWeightingTests
{
    public static TheoryData<string> Names => [.. Methods.Keys];

    private static Dictionary<string, GramWeighting> Methods { get; } = new()
    {
        ["sum"] = new Sum(),
        ["cagrad 0"] = new CaGrad(0),
        ["cagrad 0.5"] = new CaGrad(0.5),
        ["cagrad 1"] = new CaGrad(1),
        ["mgda"] = new Mgda(),
        ["imtl-g"] = new ImtlG(),
        ["nash-mtl"] = new NashMtl(),
        ["aligned min"] = new AlignedMtl(AlignedScale.Min),
        ["aligned median"] = new AlignedMtl(AlignedScale.Median),
        ["aligned rmse"] = new AlignedMtl(AlignedScale.Rmse),
        ["upgrad"] = new UpGrad(),
        ["dualproj"] = new DualProj(),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Weigh_TasksRenamed_RenamesTheCoefficients(string name) => Gen.ULong.Sample(
        seed =>
        {
            VectorTasks tasks = VectorTasks.Random(seed);
            int[] renaming = new RandomStream(seed).Permutation(4);
            double[] coefficients = Methods[name].Weigh(tasks.Gram.Total);
            double[] renamed = Methods[name].Weigh(tasks.Gram.Total.Part(renaming));
            VectorTasks.AssertNear([.. renaming.Select(task => coefficients[task])], renamed, VectorTasks.Norm(coefficients), 1e-7);
        },
        iter: 200);

    /// <summary>
    /// A step of the learning rate must not depend on the unit of the loss: with all gradients s times as long the update is s times as long,
    /// but for Nash-MTL, whose update has a length of its own.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Weigh_AllGradientsLonger_KeepsTheCoefficients(string name) => Gen.Select(Gen.ULong, Gen.Int[-80, 80]).Sample(
        (seed, exponent) =>
        {
            GramMatrix gram = VectorTasks.Random(seed).Gram.Total;
            double factor = Math.Pow(2, exponent);
            double[] coefficients = Methods[name].Weigh(gram);
            double[] longer = Methods[name].Weigh(gram.Weighted([factor, factor, factor, factor]));
            double[] expected = name == "nash-mtl" ? [.. coefficients.Select(value => value / factor)] : coefficients;
            VectorTasks.AssertNear(expected, longer, VectorTasks.Norm(expected), 1e-12);
        },
        iter: 200);

    [Theory]
    [InlineData("mgda")]
    [InlineData("cagrad 0.5")]
    [InlineData("imtl-g")]
    [InlineData("nash-mtl")]
    public void Weigh_GradientOfZero_IsAsGoodAsAbsent(string name) => Gen.ULong.Sample(
        seed =>
        {
            GramMatrix gram = VectorTasks.Random(seed, count: 3).Gram.Total;
            GramMatrix padded = GramMatrix.Build(4, (row, column) => row == 1 || column == 1 ? 0 : gram[row - (row > 1 ? 1 : 0), column - (column > 1 ? 1 : 0)]);
            double[] coefficients = Methods[name].Weigh(gram);
            Assert.Equal([coefficients[0], 0, coefficients[1], coefficients[2]], Methods[name].Weigh(padded));
        },
        iter: 50);

    [Theory]
    [InlineData("upgrad")]
    [InlineData("dualproj")]
    [InlineData("aligned min")]
    public void Weigh_GradientOfZero_KeepsItsShareOfTheMean(string name) => Gen.ULong.Sample(
        seed =>
        {
            GramMatrix gram = VectorTasks.Random(seed, count: 3).Gram.Total;
            GramMatrix padded = GramMatrix.Build(4, (row, column) => row == 3 || column == 3 ? 0 : gram[row, column]);
            double[] expected = [.. Methods[name].Weigh(gram).Select(value => value * 3 / 4)];
            VectorTasks.AssertNear(expected, Methods[name].Weigh(padded)[..3], VectorTasks.Norm(expected), 1e-12);
        },
        iter: 50);

    [Theory]
    [MemberData(nameof(Names))]
    public void Combine_Blocks_HaveTheCoefficientsOfTheWhole(string name)
    {
        VectorTasks tasks = VectorTasks.Random(5);
        Combination combination = Methods[name].Combine(tasks.Gram, new FixedOrder());
        double[] expected = Methods[name].Weigh(tasks.Gram.Total);
        Assert.Equal(3, combination.Blocks);
        Assert.All(Enumerable.Range(0, 3), block => Assert.Equal(expected, combination.OfBlock(block)));
        Assert.Equal((0, 0), (combination.Stage1Projections, combination.Stage2Projections));
    }
}
