namespace DriveKD.Models.InternVL;

/// <summary>The vision tower (InternViT) as config.json describes it.</summary>
public sealed record VisionTowerConfig
{
    /// <summary>Channels of a patch.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Channels inside the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Side of the square input for which position embeddings are stored, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a patch, in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>The query, key and value projections have a bias (300M yes, 6B no).</summary>
    public required bool HasQkvBias { get; init; }

    /// <summary>Queries and keys are RMS-normalised over the full width (6B).</summary>
    public required bool HasQkNorm { get; init; }

    /// <summary>The norm before attention and MLP.</summary>
    public required NormKind Norm { get; init; }

    /// <summary>Added to the variance in every norm of the tower.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Patches along one side of <see cref="ImageSize"/>.</summary>
    public int GridSize => ImageSize / PatchSize;

    /// <summary>Channels per head.</summary>
    public int HeadSize => HiddenSize / Heads;
}
