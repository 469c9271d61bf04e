using DriveKD.Data.Errors;
using DriveKD.Models.Generation;
using DriveKD.Models.Kernels;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Generation;

public class RoundedDecodingTests
{
    [Fact]
    public void Require_ProcessorWithKernels_IsAllowed()
    {
        foreach (KernelPath path in KernelPaths.Supported)
        {
            RoundedDecoding.Require(CPU, path, "--weights");
        }
    }

    [Fact]
    public void Require_OtherDeviceOrNoKernels_SaysWhatToDo()
    {
        InputException device = Assert.Throws<InputException>(() => RoundedDecoding.Require(META, KernelPath.Portable, "--weights"));
        Assert.StartsWith("--weights: asks for weights of 8 bits, which are read on the processor only", device.Message, StringComparison.Ordinal);
        InputException off = Assert.Throws<InputException>(() => RoundedDecoding.Require(CPU, KernelPath.Off, "weights"));
        Assert.Contains("DRIVEKD_KERNELS is off; unset it or use the stored weights", off.Message, StringComparison.Ordinal);
    }
}
