namespace DriveKD.Evaluation.Deployment;

/// <summary>
/// What it takes to answer one question. Memory is the weights, what the framework holds besides, and the larger of two moments: one block of
/// the tower over all units at once, or one decoder layer over the whole prompt beside the keys and values. Attention is counted as fused
/// kernels compute it: no map in memory, and half the products under a causal mask.
/// </summary>
public sealed record RunningPlan
{
    /// <summary>Bytes beside tensors and weights: the device's context, kernels, and what an allocator keeps. The same for every model.</summary>
    public const double FrameworkBytes = 0.8e9;

    /// <summary>The model.</summary>
    public required ModelShape Shape { get; init; }

    /// <summary>The question.</summary>
    public required Workload Workload { get; init; }

    /// <summary>Parameters by part.</summary>
    public required WeightParts Parameters { get; init; }

    /// <summary>Bytes of all weights.</summary>
    public required double WeightBytes { get; init; }

    /// <summary>Tokens of the prompt, pictures included.</summary>
    public required double PromptTokens { get; init; }

    /// <summary>Bytes of keys and values of prompt and answer.</summary>
    public required double KeyValueBytes { get; init; }

    /// <summary>Bytes of one block of the tower over all units.</summary>
    public required double TowerBytes { get; init; }

    /// <summary>Bytes of one decoder layer over the prompt.</summary>
    public required double DecoderBytes { get; init; }

    /// <summary>Bytes in all, at the higher of the two moments.</summary>
    public double MemoryBytes => WeightBytes + FrameworkBytes + Math.Max(TowerBytes, DecoderBytes + KeyValueBytes);

    /// <summary>Operations of tower and projector.</summary>
    public required double VisionFlops { get; init; }

    /// <summary>Operations of the decoder over the prompt.</summary>
    public required double PrefillFlops { get; init; }

    /// <summary>Operations of one generated token.</summary>
    public required double DecodeFlops { get; init; }

    /// <summary>Bytes that one generated token reads: the decoder's matrices, the head, keys and values.</summary>
    public required double DecodeBytes { get; init; }

    /// <summary>The device that the times are for; null for none.</summary>
    public DeviceNumbers? Device { get; init; }

    /// <summary>Expected seconds of tower and projector; null without a device.</summary>
    public double? VisionSeconds => Device?.Seconds(VisionFlops, (Parameters.Vision + Parameters.Projector) * Shape.BytesPerValue, Shape.Vision.Layers);

    /// <summary>Expected seconds of the decoder over the prompt; null without a device.</summary>
    public double? PrefillSeconds => Device?.Seconds(PrefillFlops, (Parameters.Layers + Parameters.Head) * Shape.BytesPerValue, Shape.Layers);

    /// <summary>Expected seconds to the first token; null without a device.</summary>
    public double? FirstTokenSeconds => VisionSeconds + PrefillSeconds;

    /// <summary>Expected tokens per second from then on; null without a device.</summary>
    public double? TokensPerSecond =>
        Device is null ? null : 1 / ((DecodeFlops / (Device.PeakFlops * Device.ComputeEfficiency)) + (DecodeBytes / (Device.Bandwidth * Device.BandwidthEfficiency)) + (Shape.Layers * Device.LayerSeconds));

    /// <summary>Whether the memory is enough; null where no memory is named.</summary>
    public bool? Fits => Device?.MemoryBytes is double memory ? MemoryBytes <= memory : null;

    /// <summary>Plans one question.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="workload">The question.</param>
    /// <param name="device">Where it runs; null gives no times.</param>
    public static RunningPlan Of(ModelShape shape, Workload workload, DeviceNumbers? device = null)
    {
        VisionShape vision = shape.Vision;
        WeightParts parameters = WeightParts.Of(shape);
        double tokens = workload.PromptTokens(shape);
        double held = tokens + workload.AnswerTokens;

        // A generated token on average halfway through the answer.
        double seen = tokens + (workload.AnswerTokens / 2.0);
        return new RunningPlan
        {
            Shape = shape,
            Workload = workload,
            Parameters = parameters,
            WeightBytes = parameters.Total * shape.BytesPerValue,
            PromptTokens = tokens,
            KeyValueBytes = held * shape.KeyValueBytesPerToken,
            TowerBytes = TowerPeak(vision, workload.Units) * shape.BytesPerValue,
            DecoderBytes = tokens * ((3.0 * shape.Intermediate) + (2.0 * shape.Width)) * shape.BytesPerValue,
            VisionFlops = FlopCount.Tower(vision, workload.Units) + FlopCount.Projector(shape, workload.Units),
            PrefillFlops = (shape.Layers * (FlopCount.LayerMatrices(shape, tokens) + (FlopCount.LayerAttention(shape, tokens, tokens) / 2))) + FlopCount.Head(shape, 1),
            DecodeFlops = (shape.Layers * (FlopCount.LayerMatrices(shape, 1) + FlopCount.LayerAttention(shape, 1, seen))) + FlopCount.Head(shape, 1),
            DecodeBytes = (((shape.Layers * WeightParts.LayerMatrices(shape)) + parameters.Embedding) * shape.BytesPerValue) + (seen * shape.KeyValueBytesPerToken),
            Device = device,
        };
    }

    /// <summary>Values alive inside an MLP of the tower: its input, the residual, and two or (gated) three of its inner width.</summary>
    internal static double TowerPeak(VisionShape vision, double units) =>
        units * vision.PositionsPerUnit * (((vision.IsGated ? 3.0 : 2.0) * vision.Intermediate) + (2.0 * vision.Width));
}
