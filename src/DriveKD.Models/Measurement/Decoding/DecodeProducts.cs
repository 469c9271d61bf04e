using System.Diagnostics;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement.Decoding;

/// <summary>Times products of one row with the matrices of a decoder, each of them on its way through a buffer that no cache holds.</summary>
/// <remarks>Shapes: I inputs, O outputs.</remarks>
internal sealed unsafe class DecodeProducts
{
    private const long Page = 4096;
    private const long MostBytesOfLibtorch = 96L << 20;

    private readonly DecodeSettings _settings;
    private readonly DecodeKernels _kernels = new();
    private readonly List<(string Name, int Outputs, int Inputs)> _matrices;

    public DecodeProducts(DecodeSettings settings, LanguageModelConfig config)
    {
        _settings = settings;
        (int hidden, int mlp) = (config.HiddenSize, config.IntermediateSize);
        _matrices =
        [
            ("q_proj", config.Heads * config.HeadSize, hidden),
            ("k_proj", config.KeyValueHeads * config.HeadSize, hidden),
            ("gate_proj", mlp, hidden),
            ("down_proj", hidden, mlp),
            ("lm_head", config.VocabularySize, hidden),
        ];
    }

    /// <summary>Measures.</summary>
    /// <param name="bandwidths">Receives the bandwidth of every round.</param>
    /// <param name="cancellation">Checked between products.</param>
    public IReadOnlyList<ProductFigures> Run(List<double?> bandwidths, CancellationToken cancellation)
    {
        LibTorch.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        List<ProductFigures> figures = [];
        List<string> formats = [.. _settings.Precisions];
        if (_settings.MeasuresInt8)
        {
            formats.Add("int8");
        }

        foreach (string format in formats)
        {
            // Room for the largest matrix even where the buffer would be smaller.
            int size = format == "float32" ? 4 : format == "bfloat16" ? 2 : 1;
            long elements = Math.Max(_settings.BufferBytes / size, _matrices.Max(matrix => (long)matrix.Outputs * matrix.Inputs));
            using Tensor weights = Weights(format, (elements + Page - 1) / Page * Page);
            foreach ((string name, int outputs, int inputs) in _matrices)
            {
                cancellation.ThrowIfCancellationRequested();
                figures.Add(Measure(name, format, outputs, inputs, weights, bandwidths));
            }
        }

        return figures;
    }

    private ProductFigures Measure(string name, string format, int outputs, int inputs, Tensor weights, List<double?> bandwidths)
    {
        List<double?> ours = [];
        List<double?> theirs = [];
        List<double?> here = [];
        for (int round = -1; round < _settings.Rounds; round++)
        {
            double bandwidth = MemoryBandwidth.Measure(TensorMemory.Pointer(weights), weights.NumberOfElements * weights.ElementSize);
            double own = Kernels(outputs, inputs, weights);
            double? other = format == "int8" ? null : Libtorch(outputs, inputs, weights);
            if (round >= 0)
            {
                bandwidths.Add(bandwidth);
                here.Add(bandwidth);
                ours.Add(own);
                theirs.Add(other);
            }
        }

        return new ProductFigures(name, format, outputs, inputs, Spread.Of(ours)!, Spread.Of(theirs), Spread.OfRatios(ours, here)!);
    }

    /// <summary>Bytes per second over as many products as the buffer holds matrices.</summary>
    private double Kernels(int outputs, int inputs, Tensor weights)
    {
        long bytes = (long)outputs * inputs * weights.ElementSize;
        long copies = weights.NumberOfElements / ((long)outputs * inputs);
        byte* first = TensorMemory.Pointer(weights);
        WeightKind kind = weights.ElementSize == 1 ? WeightKind.Int8 : TensorMemory.KindOf(weights.dtype);
        using Scratch scratch = new((2L * inputs) + (2L * outputs), pieces: 4);
        float* input = scratch.Take(inputs);
        float* scales = scratch.Take(outputs);
        float* output = scratch.Take(outputs);
        float* narrow = scratch.Take(inputs);
        new Span<float>(input, inputs).Fill(1);
        new Span<float>(scales, outputs).Fill(1);
        BFloat16s.Narrow(input, inputs, (ushort*)narrow);

        // As a decoder has them: a bfloat16 model's inputs, where they are many, are read as bfloat16.
        InputRows rows = kind != WeightKind.Float32 && InputRows.ArePreferredNarrow(inputs)
            ? new InputRows((byte*)narrow, WeightKind.BFloat16, 1)
            : new InputRows((byte*)input, WeightKind.Float32, 1);
        long start = Stopwatch.GetTimestamp();
        for (long copy = 0; copy < copies; copy++)
        {
            RowMatrix matrix = new()
            {
                Weights = first + (copy * bytes),
                Kind = kind,
                Outputs = outputs,
                Inputs = inputs,
                Scales = kind == WeightKind.Int8 ? scales : null,
            };
            _kernels.Multiply(matrix, rows, output, WeightKind.Float32);
        }

        return copies * bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Libtorch(int outputs, int inputs, Tensor weights)
    {
        using DisposeScope scope = NewDisposeScope();
        long elements = (long)outputs * inputs;
        // Less than the kernels read, still more than caches hold: where libtorch is slow, a whole buffer takes minutes.
        long copies = Math.Clamp(MostBytesOfLibtorch / (elements * weights.ElementSize), 1, weights.NumberOfElements / elements);
        Tensor input_1I = ones([1, inputs], weights.dtype);
        Tensor weights_NOI = weights.narrow(0, 0, copies * elements).reshape(copies, outputs, inputs);
        long start = Stopwatch.GetTimestamp();
        for (long copy = 0; copy < copies; copy++)
        {
            using DisposeScope product = NewDisposeScope();
            _ = nn.functional.linear(input_1I, weights_NOI.select(0, copy));
        }

        return copies * elements * weights.ElementSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Tensor Weights(string format, long elements)
    {
        if (format == "int8")
        {
            return randint(-127, 128, [elements], ScalarType.Int8);
        }

        Tensor values = empty([elements], Precisions.Parse(format, "precision"));
        nn.init.uniform_(values, -1, 1);
        return values;
    }
}
