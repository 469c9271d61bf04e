using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DriveKD.Models.Kernels;

/// <summary>bfloat16: the upper halves of float32.</summary>
internal readonly unsafe struct BFloat16Format : IValueFormat
{
    /// <inheritdoc />
    public static int Size => sizeof(ushort);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* values, nint index) =>
        BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(values + (index * sizeof(ushort))) << 16);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* values, nint index) =>
        Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32((ushort*)values + index), 16).AsSingle();

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* values, nint index) =>
        Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512UInt32(Vector256.Load((ushort*)values + index)), 16).AsSingle();

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFour(byte* values, nint index, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d)
    {
        ushort* from = (ushort*)values + index;
        Vector.Widen(Vector.Load(from), out Vector<uint> first, out Vector<uint> second);
        Vector.Widen(Vector.Load(from + Vector<ushort>.Count), out Vector<uint> third, out Vector<uint> fourth);
        a = Vector.AsVectorSingle(Vector.ShiftLeft(first, 16));
        b = Vector.AsVectorSingle(Vector.ShiftLeft(second, 16));
        c = Vector.AsVectorSingle(Vector.ShiftLeft(third, 16));
        d = Vector.AsVectorSingle(Vector.ShiftLeft(fourth, 16));
    }
}
