using CsCheck;
using DriveKD.Distillation.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Optimization;

public class GradientClippingTests
{
    // float32 rounding of the scaled gradients.
    private const double Tolerance = 1e-6;

    [Fact]
    public void Clip_AnyLimit_KeepsTheDirectionAndTheLimit() =>
        Gen.Select(Gen.Double[0.01, 5], Gen.Int[0, 5]).Sample((limit, step) =>
        {
            using DisposeScope scope = NewDisposeScope();
            using OptimizerWorld world = new();
            world.SetGradients(step);
            double[] before = Gradients(world);
            double norm = Norm(before);
            double factor = GradientClipping.Clip(world.Parameters, norm, limit);
            double[] after = Gradients(world);
            Assert.Equal(Math.Min(norm, limit), Norm(after), Tolerance * norm);
            Assert.Equal(norm <= limit, factor == 1);
            Assert.All(before.Zip(after), pair => Assert.Equal(pair.First * factor, pair.Second, Tolerance));
            Assert.True(factor < 1 || before.SequenceEqual(after));
        });

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(4, 1, 0.25)]
    public void Factor_NormAndLimit_IsTheirQuotientOrOne(double norm, double limit, double expected) =>
        Assert.Equal(expected, GradientClipping.Factor(norm, limit));

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static double[] Gradients(OptimizerWorld world) =>
        [.. world.Parameters.Select(parameter => parameter.grad).OfType<Tensor>().SelectMany(gradient => gradient.data<float>()).Select(value => (double)value)];
}
