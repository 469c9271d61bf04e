using static TorchSharp.torch;

namespace DriveKD.Models.Kernels;

/// <summary>Where the values of a tensor on the processor lie.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The address of the first value; it holds as long as the tensor.</summary>
    /// <param name="tensor">Contiguous and on the processor.</param>
    public static byte* Pointer(Tensor tensor)
    {
        // A span holds 2 GiB at most; the head of a large model does not fit one.
        if (tensor.NumberOfElements * tensor.ElementSize > int.MaxValue)
        {
            using Tensor flat = tensor.view(-1);
            using Tensor first = flat.narrow(0, 0, 1);
            return Pointer(first);
        }

        fixed (byte* pointer = tensor.bytes)
        {
            return pointer;
        }
    }

    /// <summary>float32 or bfloat16 as a kind of weights.</summary>
    /// <param name="type">One of these.</param>
    public static WeightKind KindOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => WeightKind.Float32,
        ScalarType.BFloat16 => WeightKind.BFloat16,
        _ => throw new ArgumentException($"{type} was given; float32 or bfloat16 is expected.", nameof(type)),
    };

    /// <summary>Widens values to float32.</summary>
    /// <param name="from">float32 or bfloat16.</param>
    /// <param name="kind">Which of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Receives them.</param>
    public static void Read(byte* from, WeightKind kind, nint count, float* to)
    {
        if (kind == WeightKind.Float32)
        {
            Buffer.MemoryCopy(from, to, (long)count * sizeof(float), (long)count * sizeof(float));
            return;
        }

        BFloat16s.Widen((ushort*)from, count, to);
    }

    /// <summary>Stores float32 values, rounded to the nearest where they become bfloat16.</summary>
    /// <param name="from">The values.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Receives them.</param>
    /// <param name="kind">float32 or bfloat16.</param>
    public static void Write(float* from, nint count, byte* to, WeightKind kind)
    {
        if (kind == WeightKind.Float32)
        {
            Buffer.MemoryCopy(from, to, (long)count * sizeof(float), (long)count * sizeof(float));
            return;
        }

        BFloat16s.Narrow(from, count, (ushort*)to);
    }
}
