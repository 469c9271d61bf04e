using System.Numerics;
using System.Runtime.Intrinsics;

namespace DriveKD.Models.Kernels;

/// <summary>How values, weights or inputs, lie in memory, and how they become float32. Pointers need no alignment.</summary>
internal unsafe interface IValueFormat
{
    /// <summary>Bytes of one value.</summary>
    static abstract int Size { get; }

    /// <summary>The value of a number.</summary>
    static abstract float Load(byte* values, nint index);

    /// <summary>Eight values from a number on; needs AVX2.</summary>
    static abstract Vector256<float> Load256(byte* values, nint index);

    /// <summary>Sixteen values from a number on; needs AVX-512.</summary>
    static abstract Vector512<float> Load512(byte* values, nint index);

    /// <summary>Four vectors of values from a number on.</summary>
    static abstract void LoadFour(byte* values, nint index, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d);
}
