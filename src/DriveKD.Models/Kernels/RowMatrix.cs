using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Kernels;

/// <summary>A linear map as the kernels take it. Holds addresses only: the tensors must outlive it.</summary>
internal readonly unsafe struct RowMatrix
{
    /// <summary>Weights, row after row.</summary>
    public required byte* Weights { get; init; }

    /// <summary>How they lie there.</summary>
    public required WeightKind Kind { get; init; }

    /// <summary>Outputs.</summary>
    public required nint Outputs { get; init; }

    /// <summary>Inputs.</summary>
    public required nint Inputs { get; init; }

    /// <summary>What each row's sum is multiplied by; null for 1.</summary>
    public float* Scales { get; init; }

    /// <summary>What is added to each row's sum, of <see cref="BiasKind"/>; null for nothing.</summary>
    public byte* Bias { get; init; }

    /// <summary>float32 or bfloat16.</summary>
    public WeightKind BiasKind { get; init; }

    /// <summary>Bytes of all weights.</summary>
    public long Bytes => (long)Outputs * Inputs * (Kind == WeightKind.Float32 ? 4 : Kind == WeightKind.BFloat16 ? 2 : 1);

    /// <summary>The map of a layer.</summary>
    /// <param name="weight_OI">Contiguous, float32 or bfloat16, on the processor.</param>
    /// <param name="bias_O">The same; null for none.</param>
    /// <param name="quantized">What is read instead of the weights; null for the weights.</param>
    public static RowMatrix Of(Tensor weight_OI, Parameter? bias_O, Int8Rows? quantized)
    {
        WeightKind kind = TensorMemory.KindOf(weight_OI.dtype);
        byte* bias = bias_O is null ? null : TensorMemory.Pointer(bias_O);
        return quantized is null
            ? new RowMatrix
            {
                Weights = TensorMemory.Pointer(weight_OI),
                Kind = kind,
                Outputs = (nint)weight_OI.size(0),
                Inputs = (nint)weight_OI.size(1),
                Bias = bias,
                BiasKind = kind,
            }
            : new RowMatrix
            {
                Weights = (byte*)quantized.Weights,
                Kind = WeightKind.Int8,
                Outputs = quantized.Outputs,
                Inputs = quantized.Inputs,
                Scales = quantized.Scales,
                Bias = bias,
                BiasKind = kind,
            };
    }
}
