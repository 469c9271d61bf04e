using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Support;

/// <summary>Comparisons of tensors in which a value that is not a number never passes.</summary>
internal static class Close
{
    /// <summary>Equal shapes, and no element further than <paramref name="tolerance"/>.</summary>
    public static void Assert(Tensor expected, Tensor actual, double tolerance, string what = "tensor")
    {
        Xunit.Assert.Equal(expected.shape, actual.shape);
        double worst = Distance(expected, actual);
        Xunit.Assert.True(worst <= tolerance, string.Create(CultureInfo.InvariantCulture, $"{what} differs by {worst:e2}, at most {tolerance:e2} is expected"));
    }

    /// <summary>A tensor [T, C] against rows of the reference; the tolerance grows with the largest value where that is above 1.</summary>
    public static void Assert(double[][] expected, Tensor actual_TC, double tolerance, string what)
    {
        using Tensor rows = tensor([.. expected.SelectMany(row => row)], [expected.Length, expected[0].Length]);
        double largest = expected.Max(row => row.Max(value => Math.Abs(value)));
        Assert(rows, actual_TC, tolerance * Math.Max(1, largest), what);
    }

    /// <summary>The largest absolute difference; NaN where either holds one.</summary>
    public static double Distance(Tensor expected, Tensor actual)
    {
        using DisposeScope scope = NewDisposeScope();
        return expected.detach().to(ScalarType.Float64).sub(actual.detach().to(ScalarType.Float64)).abs().max().ToDouble();
    }
}
