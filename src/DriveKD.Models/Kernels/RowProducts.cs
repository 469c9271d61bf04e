namespace DriveKD.Models.Kernels;

/// <summary>A matrix times a few rows of inputs, for a range of its outputs.</summary>
internal static unsafe class RowProducts
{
    /// <summary>outputs[r * outputStride + o] = scale * (weights of o) . (inputs of r) + bias.</summary>
    /// <param name="path">The instructions; not <see cref="KernelPath.Off"/>.</param>
    /// <param name="matrix">The map.</param>
    /// <param name="inputs">float32, row after row.</param>
    /// <param name="rows">Input rows.</param>
    /// <param name="from">The first output.</param>
    /// <param name="to">Behind the last.</param>
    /// <param name="outputs">float32; output 0 of row 0.</param>
    /// <param name="outputStride">From one row's outputs to the next's.</param>
    public static void Compute(KernelPath path, in RowMatrix matrix, float* inputs, int rows, nint from, nint to, float* outputs, nint outputStride)
    {
        switch (path)
        {
            case KernelPath.Avx512:
                ByFormat<Avx512Kernel>(matrix, inputs, rows, from, to, outputs, outputStride);
                break;
            case KernelPath.Avx2:
                ByFormat<Avx2Kernel>(matrix, inputs, rows, from, to, outputs, outputStride);
                break;
            case KernelPath.Portable:
                ByFormat<PortableKernel>(matrix, inputs, rows, from, to, outputs, outputStride);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(path), path, "computes nothing.");
        }
    }

    private static void ByFormat<TKernel>(in RowMatrix matrix, float* inputs, int rows, nint from, nint to, float* outputs, nint outputStride)
        where TKernel : struct, IRowKernel
    {
        switch (matrix.Kind)
        {
            case WeightKind.Float32:
                Fill<TKernel, Float32Format>(matrix, inputs, rows, from, to, outputs, outputStride);
                break;
            case WeightKind.BFloat16:
                Fill<TKernel, BFloat16Format>(matrix, inputs, rows, from, to, outputs, outputStride);
                break;
            default:
                Fill<TKernel, Int8Format>(matrix, inputs, rows, from, to, outputs, outputStride);
                break;
        }
    }

    private static void Fill<TKernel, TFormat>(in RowMatrix matrix, float* inputs, int rows, nint from, nint to, float* outputs, nint outputStride)
        where TKernel : struct, IRowKernel
        where TFormat : struct, IWeightFormat
    {
        nint step = matrix.Inputs * TFormat.Size;
        byte* weights = matrix.Weights + (from * step);
        for (nint o = from; o < to; o++, weights += step)
        {
            TKernel.Dots<TFormat>(weights, matrix.Inputs, inputs, rows, outputs + o, outputStride);
            if (matrix.Scales is null && matrix.Bias is null)
            {
                continue;
            }

            float scale = matrix.Scales is null ? 1 : matrix.Scales[o];
            float bias = matrix.Bias is null ? 0
                : matrix.BiasKind == WeightKind.BFloat16 ? BFloat16Format.Load(matrix.Bias, o) : Float32Format.Load(matrix.Bias, o);
            for (int row = 0; row < rows; row++)
            {
                float* output = outputs + (row * outputStride) + o;
                *output = (*output * scale) + bias;
            }
        }
    }
}
