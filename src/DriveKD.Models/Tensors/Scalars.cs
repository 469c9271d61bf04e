using System.Collections.Concurrent;
using TorchSharp;

namespace DriveKD.Models.Tensors;

/// <summary>
/// Numbers as operands of tensor operations. TorchSharp passes a Scalar's native pointer without keeping the Scalar alive: where a
/// number is converted in place (<c>x.mul(2.0)</c>), a garbage collection started by another thread during the call frees it, and
/// libtorch reads freed memory. Numbers that repeat come from here and live as long as the process; a number that changes
/// from step to step is a <c>using</c> local made by <see cref="Own"/>. A test forbids the conversion in place.
/// </summary>
public static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> _reals = [];
    private static readonly ConcurrentDictionary<long, Scalar> _integers = [];

    /// <summary>A constant real number.</summary>
    /// <param name="value">One of few values.</param>
    public static Scalar Of(double value) => _reals.GetOrAdd(value, static number => number.ToScalar());

    /// <summary>A constant whole number.</summary>
    /// <param name="value">One of few values.</param>
    public static Scalar Of(long value) => _integers.GetOrAdd(value, static number => number.ToScalar());

    /// <summary>A number of the caller's own: keep it in a <c>using</c> local until the operation has returned.</summary>
    /// <param name="value">Any value.</param>
    public static Scalar Own(double value) => value.ToScalar();
}
