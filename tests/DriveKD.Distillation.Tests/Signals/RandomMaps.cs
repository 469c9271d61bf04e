using DriveKD.Runs.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

/// <summary>Numbers to compare losses on.</summary>
internal static class RandomMaps
{
    /// <summary>A causal attention map: rows sum to 1.</summary>
    public static double[] Map(ulong seed, int tokens)
    {
        RandomStream random = new(seed);
        double[] map = new double[tokens * tokens];
        for (int query = 0; query < tokens; query++)
        {
            double[] row = [.. Enumerable.Range(0, query + 1).Select(_ => Math.Exp(2 * random.NextDouble()))];
            for (int key = 0; key <= query; key++)
            {
                map[(query * tokens) + key] = row[key] / row.Sum();
            }
        }

        return map;
    }

    /// <summary>Uniform numbers around 0.</summary>
    public static double[] Values(ulong seed, int count, double scale = 2)
    {
        RandomStream random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => scale * (random.NextDouble() - 0.5))];
    }

    public static Tensor ToTensor(this double[] values, params long[] shape)
    {
        using Tensor flat = tensor([.. values.Select(value => (float)value)]);
        return flat.reshape(shape);
    }

    public static double[] ToDoubles(this Tensor values)
    {
        using DisposeScope scope = NewDisposeScope();
        return values.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    /// <summary>Every number within a share of the largest expected one.</summary>
    public static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= (tolerance * largest) + 1e-9, $"{what}, element {i}: {actual[i]}, expected {expected[i]}");
        }
    }
}
