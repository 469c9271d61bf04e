using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Support;

/// <summary>Numbers that are not tensors, for formulas written out.</summary>
internal static class Arrays
{
    /// <summary>Rows of standard normal numbers, as float32 has them.</summary>
    public static double[][] Gaussian(Random random, int rows, int columns) =>
        [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => (double)(float)Gaussian(random)).ToArray())];

    public static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Softmax over the keys that causality leaves, row after row.</summary>
    public static double[][] CausalSoftmax(double[][] scores) =>
    [
        .. scores.Select((row, i) =>
        {
            double[] exponentials = [.. row.Select((score, j) => j <= i ? Math.Exp(score) : 0)];
            return exponentials.Select(value => (double)(float)(value / exponentials.Sum())).ToArray();
        }),
    ];

    public static double[][] Mean(IReadOnlyList<double[][]> maps) =>
        [.. Enumerable.Range(0, maps[0].Length).Select(i => Enumerable.Range(0, maps[0][i].Length).Select(j => maps.Average(map => map[i][j])).ToArray())];

    public static double[] MeanRow(IEnumerable<double[]> rows)
    {
        double[][] all = [.. rows];
        return [.. Enumerable.Range(0, all[0].Length).Select(column => all.Average(row => row[column]))];
    }

    public static double Dot(IEnumerable<double> a, IEnumerable<double> b) => a.Zip(b).Sum(pair => pair.First * pair.Second);

    public static double Cosine(IReadOnlyList<double> a, IReadOnlyList<double> b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    /// <summary>Float32 [rows, columns].</summary>
    public static Tensor Matrix(double[][] rows) => tensor([.. rows.SelectMany(row => row.Select(value => (float)value))], [rows.Length, rows[0].Length]);

    /// <summary>Float32 [maps, rows, columns].</summary>
    public static Tensor Stack(IReadOnlyList<double[][]> maps)
    {
        using DisposeScope scope = NewDisposeScope();
        return stack([.. maps.Select(Matrix)]).MoveToOuterDisposeScope();
    }

    public static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, FormattableString.Invariant($"number {i}: {actual[i]}, expected {expected[i]}"));
        }
    }
}
