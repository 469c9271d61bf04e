using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints;

/// <summary>Writes a tensor's elements to a stream, converted in chunks.</summary>
internal static class TensorStream
{
    /// <summary>Writes the elements in row-major order.</summary>
    /// <param name="tensor">Any device, dtype and strides; left to the caller.</param>
    /// <param name="dtype">What is written; floats round to nearest even.</param>
    /// <param name="stream">Takes the bytes.</param>
    public static void Write(Tensor tensor, TensorDType dtype, Stream stream)
    {
        using IDisposable noGradient = no_grad();
        using Tensor detached = tensor.detach();
        using Tensor dense = detached.contiguous();
        using Tensor flat = dense.view(-1);
        ScalarType stored = TensorDTypes.ScalarTypeOf(dtype);
        long total = flat.numel();
        for (long start = 0; start < total;)
        {
            long count = Math.Min(SafetensorsFile.ChunkBytes / 8, total - start);
            using Tensor part = flat.narrow(0, start, count);
            if (part.dtype == stored && part.device_type == DeviceType.CPU)
            {
                stream.Write(part.bytes);
            }
            else
            {
                using Tensor converted = part.to(stored, CPU);
                stream.Write(converted.bytes);
            }

            start += count;
        }
    }
}
