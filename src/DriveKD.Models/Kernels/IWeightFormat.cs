using System.Numerics;
using System.Runtime.Intrinsics;

namespace DriveKD.Models.Kernels;

/// <summary>How weights lie in memory, and how they become float32. Pointers need no alignment.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes of one weight.</summary>
    static abstract int Size { get; }

    /// <summary>The weight of a number.</summary>
    static abstract float Load(byte* weights, nint index);

    /// <summary>Eight weights from a number on; needs AVX2.</summary>
    static abstract Vector256<float> Load256(byte* weights, nint index);

    /// <summary>Sixteen weights from a number on; needs AVX-512.</summary>
    static abstract Vector512<float> Load512(byte* weights, nint index);

    /// <summary>Four vectors of weights from a number on.</summary>
    static abstract void LoadFour(byte* weights, nint index, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d);
}
