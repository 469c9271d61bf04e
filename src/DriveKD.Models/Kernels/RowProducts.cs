namespace DriveKD.Models.Kernels;

/// <summary>A matrix times a few rows of inputs, for a range of its outputs.</summary>
internal static unsafe class RowProducts
{
    /// <summary>outputs[r * outputStride + o] = scale * (weights of o) . (inputs of r) + bias.</summary>
    /// <param name="path">The instructions; not <see cref="KernelPath.Off"/>.</param>
    /// <param name="matrix">The map.</param>
    /// <param name="inputs">Row after row.</param>
    /// <param name="from">The first output.</param>
    /// <param name="to">Behind the last.</param>
    /// <param name="outputs">float32; output 0 of row 0.</param>
    /// <param name="outputStride">From one row's outputs to the next's.</param>
    public static void Compute(KernelPath path, in RowMatrix matrix, InputRows inputs, nint from, nint to, float* outputs, nint outputStride)
    {
        switch (path)
        {
            case KernelPath.Avx512:
                ByWeights<Avx512Kernel>(matrix, inputs, from, to, outputs, outputStride);
                break;
            case KernelPath.Avx2:
                ByWeights<Avx2Kernel>(matrix, inputs, from, to, outputs, outputStride);
                break;
            case KernelPath.Portable:
                ByWeights<PortableKernel>(matrix, inputs, from, to, outputs, outputStride);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(path), path, "computes nothing.");
        }
    }

    private static void ByWeights<TKernel>(in RowMatrix matrix, InputRows inputs, nint from, nint to, float* outputs, nint outputStride)
        where TKernel : struct, IRowKernel
    {
        switch (matrix.Kind)
        {
            case WeightKind.Float32:
                ByInputs<TKernel, Float32Format>(matrix, inputs, from, to, outputs, outputStride);
                break;
            case WeightKind.BFloat16:
                ByInputs<TKernel, BFloat16Format>(matrix, inputs, from, to, outputs, outputStride);
                break;
            default:
                ByInputs<TKernel, Int8Format>(matrix, inputs, from, to, outputs, outputStride);
                break;
        }
    }

    private static void ByInputs<TKernel, TWeight>(in RowMatrix matrix, InputRows inputs, nint from, nint to, float* outputs, nint outputStride)
        where TKernel : struct, IRowKernel
        where TWeight : struct, IValueFormat
    {
        if (inputs.Kind == WeightKind.BFloat16)
        {
            Fill<TKernel, TWeight, BFloat16Format>(matrix, inputs, from, to, outputs, outputStride);
        }
        else
        {
            Fill<TKernel, TWeight, Float32Format>(matrix, inputs, from, to, outputs, outputStride);
        }
    }

    private static void Fill<TKernel, TWeight, TInput>(in RowMatrix matrix, InputRows inputs, nint from, nint to, float* outputs, nint outputStride)
        where TKernel : struct, IRowKernel
        where TWeight : struct, IValueFormat
        where TInput : struct, IValueFormat
    {
        byte* weights = matrix.Weights + (from * matrix.Inputs * TWeight.Size);
        TKernel.Dots<TWeight, TInput>(weights, to - from, matrix.Inputs, inputs.Values, inputs.Rows, outputs + from, outputStride);
        if (matrix.Scales is null && matrix.Bias is null)
        {
            return;
        }

        for (nint o = from; o < to; o++)
        {
            float scale = matrix.Scales is null ? 1 : matrix.Scales[o];
            float bias = matrix.Bias is null ? 0
                : matrix.BiasKind == WeightKind.BFloat16 ? BFloat16Format.Load(matrix.Bias, o) : Float32Format.Load(matrix.Bias, o);
            for (int row = 0; row < inputs.Rows; row++)
            {
                float* output = outputs + (row * outputStride) + o;
                *output = (*output * scale) + bias;
            }
        }
    }
}
