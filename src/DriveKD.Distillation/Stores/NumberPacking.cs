using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Stores;

/// <summary>Float32 tensors as a store holds them: as they are, in 16 bits, or in 8 bits with a scale per row.</summary>
/// <remarks>
/// 8 bits: q = round(127 x / s) with s the largest size of a number in the last dimension's row, so |x - s q / 127| is at most s / 254.
/// </remarks>
internal static class NumberPacking
{
    private const double Steps = 127;

    // A row of zeros has no scale.
    private const double LeastScale = 1e-30;

    /// <summary>How many stored tensors hold one.</summary>
    /// <param name="numbers">The form.</param>
    public static int PartsOf(StoredNumbers numbers) => numbers == StoredNumbers.Int8 ? 2 : 1;

    /// <summary>Packs a tensor.</summary>
    /// <param name="values">float32, with at least one dimension.</param>
    /// <param name="numbers">The form.</param>
    /// <returns><see cref="PartsOf"/> tensors, owned by the caller.</returns>
    public static IReadOnlyList<Tensor> Pack(Tensor values, StoredNumbers numbers)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor[] parts = numbers switch
        {
            StoredNumbers.Float32 => [values.detach().clone()],
            StoredNumbers.Bfloat16 => [values.to_type(ScalarType.BFloat16)],
            StoredNumbers.Int8 => Quantize(values.to_type(ScalarType.Float32)),
            _ => throw new ArgumentOutOfRangeException(nameof(numbers), numbers, null),
        };
        return [.. parts.Select(part => part.MoveToOuterDisposeScope())];
    }

    /// <summary>The tensor again.</summary>
    /// <param name="parts">What <see cref="Pack"/> gave.</param>
    /// <param name="numbers">The form.</param>
    /// <returns>float32, owned by the caller; of another type only where the form is float32 and the tensor was not.</returns>
    public static Tensor Unpack(IReadOnlyList<Tensor> parts, StoredNumbers numbers)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor values = numbers switch
        {
            StoredNumbers.Float32 => parts[0].clone(),
            StoredNumbers.Bfloat16 => parts[0].to_type(ScalarType.Float32),
            StoredNumbers.Int8 => parts[0].to_type(ScalarType.Float32).mul(parts[1]),
            _ => throw new ArgumentOutOfRangeException(nameof(numbers), numbers, null),
        };
        return values.MoveToOuterDisposeScope();
    }

    private static Tensor[] Quantize(Tensor values)
    {
        Tensor scale = values.abs().amax([-1], keepdim: true).clamp_min(Scalars.Of(LeastScale)).div(Scalars.Of(Steps));
        return [values.div(scale).round().to_type(ScalarType.Int8), scale];
    }
}
