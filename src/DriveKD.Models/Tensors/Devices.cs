using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tensors;

/// <summary>Turns what a user writes for a device into one that exists.</summary>
public static class Devices
{
    /// <summary>The first CUDA device where there is one, else the processor.</summary>
    public const string Automatic = "auto";

    /// <summary>Reads a device name.</summary>
    /// <param name="name">auto, cpu, cuda or cuda:N.</param>
    /// <param name="where">Where the name was written, for messages.</param>
    /// <exception cref="InputException">The name is none of these, or the device does not exist here.</exception>
    public static Device Parse(string name, string where)
    {
        if (!IsWellFormed(name, out int index))
        {
            throw new InputException(where, $"'{name}' is no device; auto, cpu, cuda or cuda:N is expected.");
        }

        LibTorch.EnsureLoaded();
        bool wantsProcessor = name == "cpu" || (name == Automatic && !cuda.is_available());
        if (wantsProcessor)
        {
            return CPU;
        }

        int count = cuda.is_available() ? cuda.device_count() : 0;
        if (index >= count)
        {
            throw new InputException(where, count == 0
                ? $"'{name}' is not available: no CUDA device was found (a build with -p:DriveKDDevice=cuda and an NVIDIA driver are needed)."
                : $"'{name}' is not available: this machine has {count} CUDA device(s), cuda:0 to cuda:{count - 1}.");
        }

        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>How a device is written: cpu or cuda:N.</summary>
    /// <param name="device">The device.</param>
    public static string NameOf(Device device) =>
        device.type == DeviceType.CUDA ? string.Create(CultureInfo.InvariantCulture, $"cuda:{Math.Max(0, device.index)}") : "cpu";

    private static bool IsWellFormed(string name, out int index)
    {
        index = 0;
        return name is Automatic or "cpu" or "cuda"
            || (name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
    }
}
