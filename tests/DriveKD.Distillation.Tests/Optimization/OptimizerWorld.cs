using DriveKD.Runs.Folders;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Optimization;

/// <summary>Two parameters with made-up gradients, for what works on parameters without a model.</summary>
internal sealed class OptimizerWorld : IDisposable
{
    public static IReadOnlyList<string> Names { get; } = ["first.weight", "second.bias"];

    public OptimizerWorld() => Parameters = [Create([3, 4], 1), Create([5], 2)];

    public Parameter[] Parameters { get; }

    /// <summary>The gradient of a step: the second parameter has none in every third.</summary>
    public void SetGradients(int step)
    {
        Parameters[0].grad = Values([3, 4], (ulong)(100 + step));
        Parameters[1].grad = step % 3 == 2 ? null : Values([5], (ulong)(200 + step));
    }

    public void CopyFrom(OptimizerWorld other)
    {
        using IDisposable noGrad = no_grad();
        foreach ((Parameter parameter, Parameter source) in Parameters.Zip(other.Parameters))
        {
            parameter.copy_(source);
        }
    }

    public float[] Numbers() => [.. Parameters.SelectMany(parameter => parameter.data<float>())];

    public void Dispose()
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.grad?.Dispose();
            parameter.Dispose();
        }
    }

    private static Parameter Create(long[] shape, ulong seed) => new(Values(shape, seed), requires_grad: true);

    private static Tensor Values(long[] shape, ulong seed)
    {
        RandomStream stream = new(seed);
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(stream.NextDouble() - 0.5))];
        using Tensor flat = tensor(values);
        return flat.reshape(shape).clone();
    }
}
