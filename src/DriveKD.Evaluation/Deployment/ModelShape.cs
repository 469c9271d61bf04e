namespace DriveKD.Evaluation.Deployment;

/// <summary>
/// What of a vision-language model decides its memory and its arithmetic: a decoder with grouped-query attention and a gated MLP, behind a
/// vision tower and a projector. It names no family, so that models which this program cannot run yet can be planned with.
/// </summary>
public sealed record ModelShape
{
    /// <summary>What it is called in tables.</summary>
    public required string Name { get; init; }

    /// <summary>The vision tower and the projector.</summary>
    public required VisionShape Vision { get; init; }

    /// <summary>Decoder layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Channels of a token.</summary>
    public required int Width { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Channels per head.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>Channels inside the gated MLP.</summary>
    public required int Intermediate { get; init; }

    /// <summary>Rows of the embedding and of the head.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The head is the embedding.</summary>
    public required bool IsHeadTied { get; init; }

    /// <summary>Bytes that one weight, activation, key or value takes: 2 in bfloat16.</summary>
    public double BytesPerValue { get; init; } = 2;

    /// <summary>Bytes of keys and values that one token leaves behind.</summary>
    public double KeyValueBytesPerToken => 2.0 * Layers * KeyValueHeads * HeadWidth * BytesPerValue;
}
