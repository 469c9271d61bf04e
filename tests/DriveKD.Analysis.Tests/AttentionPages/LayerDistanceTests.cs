using DriveKD.Analysis.AttentionPages;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.Tests.AttentionPages;

public sealed class LayerDistanceTests
{
    // Sums of a hundred float32 products.
    private const double Relative = 1e-5;

    [Fact]
    public void Of_TwoMaps_IsTheDirectFormula()
    {
        Random random = new(5);
        TextToVisionMap student = Map(random, rows: 7, tokens: 16);
        TextToVisionMap teacher = Map(random, rows: 7, tokens: 16);

        LayerDistance distance = LayerDistance.Of(student, teacher);

        (double inner, double own, double other, double squares) = (0, 0, 0, 0);
        for (int i = 0; i < student.Weights.Length; i++)
        {
            (double a, double b) = (student.Weights[i], teacher.Weights[i]);
            (inner, own, other, squares) = (inner + (a * b), own + (a * a), other + (b * b), squares + ((a - b) * (a - b)));
        }

        double cosine = 1 - (inner / (Math.Sqrt(own) * Math.Sqrt(other)));
        Assert.Equal(cosine, distance.Cosine, cosine * Relative);
        Assert.Equal(squares / 112, distance.MeanSquared, squares / 112 * Relative);
    }

    [Fact]
    public void Of_MapAndItsHalf_LookAlikeAndDifferInStrength()
    {
        TextToVisionMap map = Map(new Random(6), rows: 3, tokens: 4);
        LayerDistance distance = LayerDistance.Of(map with { Weights = [.. map.Weights.Select(weight => weight / 2)] }, map);

        Assert.InRange(distance.Cosine, 0, 1e-6);
        double expected = map.Weights.Sum(weight => (double)weight * weight) / 4 / 12;
        Assert.Equal(expected, distance.MeanSquared, expected * Relative);
    }

    [Fact]
    public void Of_MapOfZeros_HasNoDirection()
    {
        TextToVisionMap map = Map(new Random(8), rows: 3, tokens: 4);
        TextToVisionMap zeros = map with { Weights = new float[12] };

        Assert.Equal(1, LayerDistance.Of(zeros, map).Cosine);
        Assert.Equal(new LayerDistance(0, 0), LayerDistance.Of(zeros, zeros));
    }

    [Fact]
    public void Of_MapsOfOtherSizes_IsRefused() =>
        Assert.Throws<ArgumentException>(() => LayerDistance.Of(Map(new Random(1), 3, 4), Map(new Random(1), 4, 3)));

    private static TextToVisionMap Map(Random random, int rows, int tokens)
    {
        float[] weights = [.. Enumerable.Range(0, rows * tokens).Select(_ => random.NextSingle() / tokens)];
        return new TextToVisionMap(1, rows, weights, [.. Enumerable.Range(0, tokens).Select(token => Enumerable.Range(0, rows).Average(row => weights[(row * tokens) + token]))]);
    }
}
