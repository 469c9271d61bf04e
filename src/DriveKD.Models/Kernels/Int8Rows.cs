using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Kernels;

/// <summary>
/// A matrix in 8 bits, symmetric, with one scale per row: the row's greatest magnitude becomes 127, everything is rounded to the nearest.
/// Owns its memory.
/// </summary>
/// <remarks>Shapes: O outputs, I inputs.</remarks>
internal sealed unsafe class Int8Rows : IDisposable
{
    private const int Greatest = 127;

    // Enough for the widest vectors, and whole cache lines.
    private const int Alignment = 64;

    private Int8Rows(nint outputs, nint inputs)
    {
        (Outputs, Inputs) = (outputs, inputs);
        try
        {
            Weights = (sbyte*)NativeMemory.AlignedAlloc((nuint)outputs * (nuint)inputs, Alignment);
            Scales = (float*)NativeMemory.AlignedAlloc((nuint)outputs * sizeof(float), Alignment);
        }
        catch (OutOfMemoryException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>O.</summary>
    public nint Outputs { get; }

    /// <summary>I.</summary>
    public nint Inputs { get; }

    /// <summary>[O, I].</summary>
    public sbyte* Weights { get; private set; }

    /// <summary>[O].</summary>
    public float* Scales { get; private set; }

    /// <summary>Bytes of weights and scales.</summary>
    public long Bytes => ((long)Outputs * Inputs) + (Outputs * sizeof(float));

    /// <summary>The greatest error of a row: the length of what rounding changed over the length of the row.</summary>
    public double LargestRelativeError { get; private set; }

    /// <summary>Rounds a matrix.</summary>
    /// <param name="weight_OI">Of any dtype, on any device, contiguous or not.</param>
    /// <exception cref="InputException">A value is NaN or infinite: the row would have no scale.</exception>
    public static Int8Rows Quantize(Tensor weight_OI)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Int8Rows rows = new((nint)weight_OI.size(0), (nint)weight_OI.size(1));
        try
        {
            // Row by row: a float32 copy of a whole head would take more memory than the head itself.
            for (nint o = 0; o < rows.Outputs; o++)
            {
                using Tensor row_1I = weight_OI.narrow(0, o, 1);
                using Tensor wide_1I = row_1I.to(ScalarType.Float32, CPU);
                using Tensor whole_1I = wide_1I.contiguous();
                rows.Set(o, (float*)TensorMemory.Pointer(whole_1I));
            }

            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        NativeMemory.AlignedFree(Weights);
        NativeMemory.AlignedFree(Scales);
        Weights = null;
        Scales = null;
    }

    private void Set(nint output, float* row)
    {
        ReadOnlySpan<float> values = new(row, checked((int)Inputs));
        float largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        // Math.Max hands NaN on.
        if (!float.IsFinite(largest))
        {
            throw new InputException(
                "model", "has weights that are NaN or infinite, which cannot be rounded to 8 bits; use the stored weights to look into it.");
        }

        float scale = largest / Greatest;
        Scales[output] = scale;
        sbyte* target = Weights + (output * Inputs);
        double error = 0;
        double length = 0;
        for (int i = 0; i < values.Length; i++)
        {
            // A row of zeros has no scale.
            float rounded = scale == 0 ? 0 : Math.Clamp(MathF.Round(values[i] / scale), -Greatest, Greatest);
            target[i] = (sbyte)rounded;
            double difference = (double)values[i] - ((double)rounded * scale);
            error += difference * difference;
            length += (double)values[i] * values[i];
        }

        LargestRelativeError = Math.Max(LargestRelativeError, length == 0 ? 0 : Math.Sqrt(error / length));
    }
}
