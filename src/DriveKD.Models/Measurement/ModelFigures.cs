using DriveKD.Models.Layers;

namespace DriveKD.Models.Measurement;

/// <summary>One model's deployment figures.</summary>
public sealed record ModelFigures
{
    /// <summary>The folder's own name, with a number behind it where two folders share it.</summary>
    public required string Name { get; init; }

    /// <summary>The folder as it was given.</summary>
    public required string Folder { get; init; }

    /// <summary>Weights; a tied head counts once. Null until the model was loaded.</summary>
    public required long? Parameters { get; init; }

    /// <summary>Their bytes in memory.</summary>
    public required long? ParameterBytes { get; init; }

    /// <summary>float32 or bfloat16.</summary>
    public required string Precision { get; init; }

    /// <summary>What rounding to 8 bits changed and takes; null where tokens are decoded with the weights as they are.</summary>
    public QuantizedWeights? Quantized { get; init; }

    /// <summary>Threads of one tensor operation: a tiny model has one.</summary>
    public required int? Threads { get; init; }

    /// <summary>Reading config, tokenizer and weights; the first time may wait for the disk.</summary>
    public required Spread? LoadSeconds { get; init; }

    /// <summary>Resident memory before the model was loaded: the program, its runtime and libraries.</summary>
    public required long? BeforeLoadResidentBytes { get; init; }

    /// <summary>The most memory the process held resident while the model was loaded; the mapped weight file counts where it was read.</summary>
    public required long? LoadPeakResidentBytes { get; init; }

    /// <summary>The logits of one token, on their own; null where it was not asked for.</summary>
    public required Spread? HeadSeconds { get; init; }

    /// <summary>One entry per case, in their order, also where nothing was measured.</summary>
    public required IReadOnlyList<CaseFigures> Cases { get; init; }
}
