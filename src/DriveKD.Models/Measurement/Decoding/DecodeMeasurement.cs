using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Kernels;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement.Decoding;

/// <summary>
/// How near the decoding of single tokens comes to the memory's bandwidth, which bounds it: every weight is read once for every token. What is
/// compared is measured in turn within each round.
/// </summary>
public static class DecodeMeasurement
{
    private const long Page = 4096;

    /// <summary>Measures on the processor.</summary>
    /// <param name="settings">What and how often.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">A setting is out of range, or the shape or a precision unknown, or the environment leaves everything to libtorch.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DecodeFigures Run(DecodeSettings settings, CancellationToken cancellation = default)
    {
        settings.Validate();
        foreach (string precision in settings.Precisions)
        {
            _ = Precisions.Parse(precision, "precision");
        }

        KernelPath instructions = new DecodeKernels().Path;
        if (instructions == KernelPath.Off)
        {
            throw new InputException(KernelPaths.Variable, "is 'off': there is nothing to compare with libtorch; unset it.");
        }

        ModelConfig config = settings.Folder is string folder ? ModelConfigReader.Read(folder) : ModelFamilies.FindPreset(settings.Shape).Config;
        LibTorch.EnsureLoaded();
        ComputeThreads.FitTo([config]);
        List<double?> bandwidths = [];
        IReadOnlyList<ProductFigures> products = new DecodeProducts(settings, config.Language).Run(bandwidths, cancellation);
        List<PrefillFigures> prefills = [];
        return new DecodeFigures
        {
            Shape = settings.Folder ?? ModelFamilies.FindPreset(settings.Shape).Name,
            Threads = get_num_threads(),
            Instructions = instructions,
            PromptTokens = settings.PromptTokens,
            NewTokens = settings.NewTokens,
            Products = products,
            Steps = settings.MeasuresSteps ? Steps(settings, config, bandwidths, prefills, cancellation) : [],
            Prefills = prefills,
            Bandwidth = Spread.Of(bandwidths)!,
        };
    }

    private static unsafe IReadOnlyList<StepFigures> Steps(
        DecodeSettings settings, ModelConfig config, List<double?> bandwidths, List<PrefillFigures> prefills, CancellationToken cancellation)
    {
        using Tensor buffer = ones([settings.BufferBytes / Page * Page], ScalarType.Int8);
        return new DecodeSteps(settings, config).Run(
            () =>
            {
                double bandwidth = MemoryBandwidth.Measure(TensorMemory.Pointer(buffer), buffer.NumberOfElements);
                bandwidths.Add(bandwidth);
                return bandwidth;
            },
            prefills,
            cancellation);
    }
}
