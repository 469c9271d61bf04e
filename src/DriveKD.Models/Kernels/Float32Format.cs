using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DriveKD.Models.Kernels;

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Format : IValueFormat
{
    /// <inheritdoc />
    public static int Size => sizeof(float);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* values, nint index) => Unsafe.ReadUnaligned<float>(values + (index * sizeof(float)));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* values, nint index) => Vector256.Load((float*)values + index);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* values, nint index) => Vector512.Load((float*)values + index);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFour(byte* values, nint index, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d)
    {
        float* from = (float*)values + index;
        a = Vector.Load(from);
        b = Vector.Load(from + Vector<float>.Count);
        c = Vector.Load(from + (2 * Vector<float>.Count));
        d = Vector.Load(from + (3 * Vector<float>.Count));
    }
}
