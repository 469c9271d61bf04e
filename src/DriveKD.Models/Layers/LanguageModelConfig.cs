namespace DriveKD.Models.Layers;

/// <summary>The decoder (Qwen2) as config.json describes it.</summary>
public sealed record LanguageModelConfig
{
    /// <summary>Channels of a token.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Decoder layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; each serves <see cref="Heads"/> / <see cref="KeyValueHeads"/> query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Channels per head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Channels inside the gated MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Rows of the embedding and of the head; may exceed the tokenizer's vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Added to the mean square in every RMSNorm.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public required double RopeTheta { get; init; }

    /// <summary>How rotary positions are scaled.</summary>
    public required RopeScalingKind RopeScaling { get; init; }

    /// <summary>The scaling's factor; 1 without scaling.</summary>
    public required double RopeFactor { get; init; }

    /// <summary>How the frequencies are shared among three positions; null where a token has one.</summary>
    public RotarySections? Sections { get; init; }

    /// <summary>The longest sequence the model was made for.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>What the config says of the head sharing the embedding's weights; the tensors present decide.</summary>
    public required bool TiesWordEmbeddings { get; init; }
}
