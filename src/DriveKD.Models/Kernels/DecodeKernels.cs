using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Kernels;

/// <summary>
/// The project's own products of a matrix with a few rows, and when they take libtorch's place: on the processor, where no gradient is wanted.
/// One for each decoder.
/// </summary>
/// <remarks>Shapes: I inputs, O outputs.</remarks>
internal sealed unsafe class DecodeKernels
{
    /// <summary>Beyond these a matrix is no longer read faster than it is multiplied, and libtorch's blocked products win.</summary>
    public const int MostRows = 8;

    // A part takes microseconds; a claim takes a tenth of one.
    private const int LeastBytesOfPart = 32 << 10;
    private const int PartsPerThread = 6;

    // Sixteen float32 outputs are a cache line that two threads do not share.
    private const nint OutputsTogether = 16;

    /// <summary>The instructions; libtorch computes where they are off.</summary>
    public KernelPath Path { get; set; } = KernelPaths.Choose(Environment.GetEnvironmentVariable(KernelPaths.Variable));

    /// <summary>Whether input and weights are such that the kernels compute what libtorch would.</summary>
    /// <param name="input">[..., I].</param>
    /// <param name="weight_OI">Weights.</param>
    /// <param name="bias_O">Added; null for nothing.</param>
    public bool Serve(Tensor input, Tensor weight_OI, Tensor? bias_O = null) =>
        Path != KernelPath.Off
        && input.device_type == DeviceType.CPU
        && weight_OI.device_type == DeviceType.CPU
        && input.dtype == weight_OI.dtype
        && input.dtype is ScalarType.Float32 or ScalarType.BFloat16
        && input.NumberOfElements is > 0 and long count
        && count <= MostRows * weight_OI.size(1)
        && !(is_grad_enabled() && (input.requires_grad || weight_OI.requires_grad || bias_O is { requires_grad: true }))
        && weight_OI.is_contiguous();

    /// <summary>input W^T + b for at most <see cref="MostRows"/> rows, by what <see cref="Serve"/> has allowed.</summary>
    /// <param name="input">[..., I], contiguous or not.</param>
    /// <param name="weight_OI">Weights.</param>
    /// <param name="bias_O">Added; null for nothing.</param>
    /// <param name="quantized">What is read instead of the weights; null for the weights.</param>
    /// <param name="isWide">Whether outputs are float32 whatever the input is; rounded to the input's dtype all the same.</param>
    /// <returns>[..., O] in the input's dtype, or in float32.</returns>
    public Tensor Linear(Tensor input, Tensor weight_OI, Parameter? bias_O, Int8Rows? quantized = null, bool isWide = false)
    {
        RowMatrix matrix = RowMatrix.Of(weight_OI, bias_O, quantized);
        long[] shape = input.shape;
        if (shape[^1] != matrix.Inputs)
        {
            throw new ArgumentException($"[{string.Join(", ", shape)}] was given; {matrix.Inputs} inputs are expected.", nameof(input));
        }

        int rows = (int)(input.NumberOfElements / matrix.Inputs);
        shape[^1] = matrix.Outputs;
        WeightKind kind = TensorMemory.KindOf(input.dtype);
        Tensor output = empty(shape, isWide ? ScalarType.Float32 : input.dtype, CPU);
        using Tensor whole = input.contiguous();
        if (kind == WeightKind.Float32)
        {
            Multiply(matrix, new InputRows(TensorMemory.Pointer(whole), kind, rows), (float*)TensorMemory.Pointer(output), kind);
            return output;
        }

        bool isNarrow = InputRows.ArePreferredNarrow(matrix.Inputs);
        nint inputs = isNarrow ? 0 : rows * matrix.Inputs;
        nint outputs = rows * matrix.Outputs;
        // Aligned: inputs are loaded again for every output, and a load across two cache lines takes twice as long.
        using Scratch scratch = new(inputs + (isWide ? 0 : outputs), pieces: 2);
        float* widened = scratch.Take(inputs);
        byte* source = TensorMemory.Pointer(whole);
        byte* target = TensorMemory.Pointer(output);
        float* wide = isWide ? (float*)target : scratch.Take(outputs);
        TensorMemory.Read(source, kind, inputs, widened);
        Multiply(matrix, isNarrow ? new InputRows(source, kind, rows) : new InputRows((byte*)widened, WeightKind.Float32, rows), wide, kind);
        if (!isWide)
        {
            TensorMemory.Write(wide, outputs, target, kind);
        }

        return output;
    }

    /// <summary>Whole products in float32, rounded to a kind.</summary>
    /// <param name="matrix">The map.</param>
    /// <param name="inputs">[rows, I], at most <see cref="MostRows"/> rows.</param>
    /// <param name="outputs">float32 [rows, O].</param>
    /// <param name="roundTo">float32 for no rounding, or bfloat16.</param>
    public void Multiply(RowMatrix matrix, InputRows inputs, float* outputs, WeightKind roundTo) =>
        Share(matrix.Outputs, matrix.Bytes, (from, to) =>
        {
            RowProducts.Compute(Path, matrix, inputs, from, to, outputs, matrix.Outputs);
            if (roundTo == WeightKind.BFloat16)
            {
                for (int row = 0; row < inputs.Rows; row++)
                {
                    BFloat16s.Round(outputs + (row * matrix.Outputs) + from, to - from);
                }
            }
        });

    /// <summary>Divides outputs between libtorch's number of threads, in parts of a size that pays.</summary>
    /// <param name="outputs">How many.</param>
    /// <param name="bytes">What is read for all of them.</param>
    /// <param name="run">Computes outputs from the first to before the second number; no output depends on how they are divided.</param>
    public static void Share(nint outputs, long bytes, Action<nint, nint> run)
    {
        int threads = get_num_threads();
        long groups = (outputs + OutputsTogether - 1) / OutputsTogether;
        int parts = (int)Math.Min(groups, threads == 1 ? 1 : Math.Clamp(bytes / LeastBytesOfPart, 1, threads * PartsPerThread));
        WorkerPool.Shared.Run(threads, parts, part => run(
            (nint)Math.Min(outputs, groups * part / parts * OutputsTogether),
            (nint)Math.Min(outputs, groups * (part + 1) / parts * OutputsTogether)));
    }
}
