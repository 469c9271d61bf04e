using static TorchSharp.torch;

namespace DriveKD.Models.Tensors;

/// <summary>Operations whose TorchSharp form makes a short-lived Scalar, done without one (see <see cref="Scalars"/>).</summary>
public static class TensorArithmetic
{
    /// <summary>left + right; TorchSharp's add makes its factor of 1 anew at each call.</summary>
    /// <param name="left">Any shape.</param>
    /// <param name="right">A shape that broadcasts.</param>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, Scalars.Of(1L));

    /// <summary>left + number.</summary>
    /// <param name="left">Any shape.</param>
    /// <param name="number">One of few values.</param>
    public static Tensor Plus(this Tensor left, double number) => left.add(Scalars.Of(number), Scalars.Of(1L));

    /// <summary>left += right.</summary>
    /// <param name="left">Changed in place.</param>
    /// <param name="right">A shape that broadcasts.</param>
    public static void Increase(this Tensor left, Tensor right) => left.add_(right, Scalars.Of(1L));

    /// <summary>Every element times itself; TorchSharp's square makes its exponent anew at each call.</summary>
    /// <param name="values">Any shape.</param>
    public static Tensor Squared(this Tensor values) => values.mul(values);
}
