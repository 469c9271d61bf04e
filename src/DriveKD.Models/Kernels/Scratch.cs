using System.Runtime.InteropServices;

namespace DriveKD.Models.Kernels;

/// <summary>Memory for the rows of one pass, taken at once and given out piece by piece.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    // A cache line, so that rows which two threads write share none.
    private const nint Alignment = 64;

    private readonly nint _capacity;
    private byte* _memory;
    private nint _used;

    /// <param name="floats">Of all pieces.</param>
    /// <param name="pieces">How many pieces.</param>
    public Scratch(long floats, int pieces)
    {
        _capacity = checked((nint)((floats * sizeof(float)) + (pieces * (long)Alignment)));
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)_capacity, (nuint)Alignment);
    }

    /// <summary>A piece whose contents are unset.</summary>
    /// <param name="floats">Its length.</param>
    public float* Take(nint floats)
    {
        float* piece = (float*)(_memory + _used);
        _used += ((floats * sizeof(float)) + Alignment - 1) / Alignment * Alignment;
        return _used <= _capacity ? piece : throw new InvalidOperationException("More was taken than was asked for.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
