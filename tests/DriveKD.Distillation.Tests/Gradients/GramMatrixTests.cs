using CsCheck;
using DriveKD.Distillation.Gradients;

namespace DriveKD.Distillation.Tests.Gradients;

public class GramMatrixTests
{
    [Fact]
    public void NormAndCosine_OfVectors_AreTheirs()
    {
        GramMatrix gram = new(new double[,] { { 9, -3, 0 }, { -3, 4, 0 }, { 0, 0, 0 } });
        Assert.Equal(3, gram.Size);
        Assert.Equal((3, 2, 0), (gram.Norm(0), gram.Norm(1), gram.Norm(2)));
        Assert.Equal((-0.5, 1, 0, 0), (gram.Cosine(0, 1), gram.Cosine(0, 0), gram.Cosine(0, 2), gram.Cosine(2, 2)));
    }

    [Fact]
    public void WeightedPlusQuadratic_RandomVectors_AreThoseOfTheVectors() => Gen.ULong.Sample(seed =>
    {
        VectorTasks tasks = VectorTasks.Random(seed);
        double[] weights = [0.5, 3, 0, -2];
        VectorTasks scaled = tasks.Scaled(weights);
        double[] first = [1, -2, 0.5, 4];
        double[] second = [0.25, 1, -3, 2];
        double expected = VectorTasks.Dot(scaled.Update(first), scaled.Update(second));
        double scale = scaled.Parts(Combination.Same(scaled.Gram, first)) * scaled.Parts(Combination.Same(scaled.Gram, second));
        Assert.Equal(0, (tasks.Gram.Total.Weighted(weights).Quadratic(first, second) - expected) / scale, 1e-12);
        Assert.Equal(0, (tasks.Gram.Weighted(weights).Total.Quadratic(first, second) - expected) / scale, 1e-12);
    });

    [Fact]
    public void Constructor_HalvesThatDifferByRounding_TakesTheirMean()
    {
        GramMatrix gram = new(new double[,] { { 1, 0.5 }, { 0.5000001, 1 } });
        Assert.Equal(gram[0, 1], gram[1, 0]);
        Assert.Equal(0.50000005, gram[0, 1], 1e-12);
    }

    [Theory]
    [InlineData(1, 0.5, 0.4, 1)]
    [InlineData(-1, 0, 0, 1)]
    [InlineData(double.NaN, 0, 0, 1)]
    [InlineData(1, double.PositiveInfinity, double.PositiveInfinity, 1)]
    [InlineData(0, 1e-3, 0, 0)]
    public void Constructor_NoInnerProducts_Throws(double first, double second, double third, double fourth) =>
        Assert.Throws<ArgumentException>(() => new GramMatrix(new[,] { { first, second }, { third, fourth } }));

    [Fact]
    public void Constructor_NotSquare_Throws() => Assert.Throws<ArgumentException>(() => new GramMatrix(new double[1, 2]));

    [Fact]
    public void Operations_OfAnotherSize_Throw()
    {
        GramMatrix gram = new(new double[,] { { 1, 0 }, { 0, 1 } });
        Assert.Throws<ArgumentException>(() => gram.Weighted([1]));
        Assert.Throws<ArgumentException>(() => gram.Quadratic([1, 2, 3], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => gram.Plus(new GramMatrix(new double[,] { { 1 } })));
    }
}
