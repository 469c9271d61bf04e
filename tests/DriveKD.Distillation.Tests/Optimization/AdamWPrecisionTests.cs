using DriveKD.Runs.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = DriveKD.Distillation.Optimization.AdamW;

namespace DriveKD.Distillation.Tests.Optimization;

public class AdamWPrecisionTests
{
    private static readonly float[] _start = [1, -2, 0.5f, 100];
    private static readonly float[] _gradient = [0.3f, -0.01f, 4, 0.002f];

    [Theory]
    [InlineData(ScalarType.Float32, 1e-6)]
    // Two units in the last place of the parameter: one for its own rounding, one for those of moments and quotient.
    [InlineData(ScalarType.BFloat16, 1.0 / 64)]
    public void Step_ThreeConstantGradients_MovesByTheRateInTheParametersDType(ScalarType dtype, double relativeTolerance)
    {
        using Parameter parameter = Create(dtype);
        using AdamW optimizer = new([parameter], new TrainSettings { WeightDecay = 0.1 });
        double[] expected = [.. _start.Select(value => (double)value)];
        for (int step = 0; step < 3; step++)
        {
            SetGradient(parameter, dtype);
            optimizer.Step(0.05);
            // With a constant gradient both corrected moments are exact: the step is the rate against the gradient's sign.
            expected = [.. expected.Zip(_gradient, (value, gradient) => (value * (1 - (0.05 * 0.1))) - (0.05 * Math.Sign(gradient)))];
        }

        Assert.Equal(dtype, parameter.dtype);
        Assert.Null(parameter.grad);
        float[] actual = Values(parameter);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - (relativeTolerance * Math.Abs(expected[i])), expected[i] + (relativeTolerance * Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void Step_SmallRateInBfloat16_IsLostToRounding()
    {
        using Parameter parameter = Create(ScalarType.BFloat16);
        using AdamW optimizer = new([parameter], new TrainSettings());
        SetGradient(parameter, ScalarType.BFloat16);
        optimizer.Step(5e-5);
        Assert.Equal(_start, Values(parameter));
    }

    private static Parameter Create(ScalarType dtype) => new(tensor(_start).to_type(dtype), requires_grad: true);

    private static void SetGradient(Parameter parameter, ScalarType dtype) => parameter.grad = tensor(_gradient).to_type(dtype);

    private static float[] Values(Tensor values)
    {
        using Tensor wide = values.detach().to_type(ScalarType.Float32);
        return wide.data<float>().ToArray();
    }
}
