using System.Numerics;
using System.Runtime.CompilerServices;

namespace DriveKD.Models.Kernels;

/// <summary>Rounding to bfloat16 as libtorch does it: to the nearest, ties to even; what is no number stays none.</summary>
internal static unsafe class BFloat16s
{
    // A quiet NaN: rounding the bits of one as those of a number could carry it over into infinity or zero.
    private const uint NotANumber = 0x7FC0_0000;

    /// <summary>A value as bfloat16 has it, in float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Rounded(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle(float.IsNaN(value) ? NotANumber : (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF_0000);
    }

    /// <summary>Values as bfloat16 has them, in float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Rounded(Vector<float> values)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(values);
        Vector<uint> lowestKept = Vector.ShiftRightLogical(bits, 16) & Vector<uint>.One;
        Vector<uint> rounded = (bits + new Vector<uint>(0x7FFF) + lowestKept) & new Vector<uint>(0xFFFF_0000);
        Vector<float> notANumber = Vector.AsVectorSingle(new Vector<uint>(NotANumber));
        return Vector.ConditionalSelect(Vector.Equals(values, values), Vector.AsVectorSingle(rounded), notANumber);
    }

    /// <summary>Rounds values where they stand.</summary>
    /// <param name="values">Changed in place.</param>
    /// <param name="count">How many.</param>
    public static void Round(float* values, nint count)
    {
        nint i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Rounded(Vector.Load(values + i)).Store(values + i);
        }

        for (; i < count; i++)
        {
            values[i] = Rounded(values[i]);
        }
    }

    /// <summary>bfloat16 to float32.</summary>
    /// <param name="from">bfloat16.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Receives them.</param>
    public static void Widen(ushort* from, nint count, float* to)
    {
        nint i = 0;
        for (; i + Vector<ushort>.Count <= count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.Load(from + i), out Vector<uint> low, out Vector<uint> high);
            Vector.AsVectorSingle(Vector.ShiftLeft(low, 16)).Store(to + i);
            Vector.AsVectorSingle(Vector.ShiftLeft(high, 16)).Store(to + i + Vector<float>.Count);
        }

        for (; i < count; i++)
        {
            to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
        }
    }

    /// <summary>float32 to bfloat16, rounded.</summary>
    /// <param name="from">float32.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Receives them.</param>
    public static void Narrow(float* from, nint count, ushort* to)
    {
        nint i = 0;
        for (; i + Vector<ushort>.Count <= count; i += Vector<ushort>.Count)
        {
            Vector<uint> low = Vector.ShiftRightLogical(Vector.AsVectorUInt32(Rounded(Vector.Load(from + i))), 16);
            Vector<uint> high = Vector.ShiftRightLogical(Vector.AsVectorUInt32(Rounded(Vector.Load(from + i + Vector<float>.Count))), 16);
            Vector.Narrow(low, high).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = (ushort)(BitConverter.SingleToUInt32Bits(Rounded(from[i])) >> 16);
        }
    }
}
