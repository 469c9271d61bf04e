using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>Where a model's weights lie and in which dtype.</summary>
/// <param name="Device">The device.</param>
/// <param name="DType">float32 or bfloat16.</param>
public sealed record Placement(Device Device, ScalarType DType)
{
    /// <summary>A parameter of unset values that needs no gradient until a trainer asks for it.</summary>
    /// <param name="shape">Its shape.</param>
    internal Parameter CreateParameter(params long[] shape)
    {
        Tensor values = torch.empty(shape, DType, Device);
        Parameter parameter = new(values, requires_grad: false);
        // A parameter made inside a scope would die with it.
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
