using DriveKD.Data.Errors;
using DriveKD.Models.Kernels;
using DriveKD.Models.Tensors;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation;

/// <summary>Where tokens can be decoded with matrices of 8 bits: with the project's kernels, which are for processors and a few rows.</summary>
public static class RoundedDecoding
{
    /// <summary>The most questions at a time whose tokens are decoded so; libtorch, which takes the stored weights, decodes more.</summary>
    public const int MostRows = DecodeKernels.MostRows;

    /// <summary>Refuses what would take the stored weights, before a model is loaded.</summary>
    /// <param name="device">Where the model will compute.</param>
    /// <param name="where">The option or key that asks for it, for the message.</param>
    /// <exception cref="InputException">The device is no processor, or the environment leaves everything to libtorch.</exception>
    public static void Require(Device device, string where) =>
        Require(device, KernelPaths.Choose(Environment.GetEnvironmentVariable(KernelPaths.Variable)), where);

    internal static void Require(Device device, KernelPath path, string where)
    {
        if (device.type != TorchSharp.DeviceType.CPU)
        {
            throw new InputException(
                where,
                $"asks for weights of 8 bits, which are read on the processor only, and the model is on {Devices.NameOf(device)}; "
                    + "use the processor (cpu) or the stored weights.");
        }

        if (path == KernelPath.Off)
        {
            throw new InputException(
                where,
                $"asks for weights of 8 bits, which only the project's kernels read, and {KernelPaths.Variable} is off; unset it or use the stored weights.");
        }
    }
}
