using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DriveKD.Models.Kernels;

/// <summary>Whole numbers of 8 bits; a scale per row makes weights of them.</summary>
internal readonly unsafe struct Int8Format : IValueFormat
{
    /// <inheritdoc />
    public static int Size => sizeof(sbyte);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* values, nint index) => ((sbyte*)values)[index];

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* values, nint index) =>
        Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32((sbyte*)values + index));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* values, nint index) =>
        Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)values + index)));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFour(byte* values, nint index, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d)
    {
        Vector.Widen(Vector.Load((sbyte*)values + index), out Vector<short> low, out Vector<short> high);
        Vector.Widen(low, out Vector<int> first, out Vector<int> second);
        Vector.Widen(high, out Vector<int> third, out Vector<int> fourth);
        a = Vector.ConvertToSingle(first);
        b = Vector.ConvertToSingle(second);
        c = Vector.ConvertToSingle(third);
        d = Vector.ConvertToSingle(fourth);
    }
}
