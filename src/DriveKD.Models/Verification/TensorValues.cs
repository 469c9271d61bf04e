using static TorchSharp.torch;

namespace DriveKD.Models.Verification;

/// <summary>Copies tensors of any dtype, layout and device into arrays.</summary>
public static class TensorValues
{
    /// <summary>All values as float32, in the order of the indices.</summary>
    /// <param name="tensor">Any tensor.</param>
    public static float[] Floats(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        using Tensor wide = detached.to(ScalarType.Float32, CPU);
        using Tensor whole = wide.contiguous();
        return whole.data<float>().ToArray();
    }

    /// <summary>All values as int64, in the order of the indices.</summary>
    /// <param name="tensor">Any tensor of whole numbers.</param>
    public static long[] Integers(Tensor tensor)
    {
        using Tensor wide = tensor.to(ScalarType.Int64, CPU);
        using Tensor whole = wide.contiguous();
        return whole.data<long>().ToArray();
    }

    /// <summary>All values as bytes, in the order of the indices.</summary>
    /// <param name="tensor">Any tensor of bytes.</param>
    public static byte[] Bytes(Tensor tensor)
    {
        using Tensor local = tensor.to(ScalarType.Byte, CPU);
        using Tensor whole = local.contiguous();
        return whole.data<byte>().ToArray();
    }
}
