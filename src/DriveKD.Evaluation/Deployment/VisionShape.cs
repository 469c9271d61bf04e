namespace DriveKD.Evaluation.Deployment;

/// <summary>
/// A vision tower with its projector. It sees pictures in units: a tile of fixed size (InternViT), or a whole picture of one size
/// (Qwen2.5-VL).
/// </summary>
public sealed record VisionShape
{
    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Channels of a patch.</summary>
    public required int Width { get; init; }

    /// <summary>Channels inside the MLP.</summary>
    public required int Intermediate { get; init; }

    /// <summary>The MLP is gated: three matrices instead of two.</summary>
    public bool IsGated { get; init; }

    /// <summary>The query, key and value projections have a bias.</summary>
    public bool HasQkvBias { get; init; } = true;

    /// <summary>Queries and keys are normalised over the full width.</summary>
    public bool HasQkNorm { get; init; }

    /// <summary>The two norms of a block have a bias.</summary>
    public bool NormsHaveBias { get; init; }

    /// <summary>Both branches of a block are scaled channel by channel.</summary>
    public bool HasLayerScale { get; init; }

    /// <summary>Parameters of the patch, class and position embeddings.</summary>
    public required long EmbeddingParameters { get; init; }

    /// <summary>Positions that one unit takes in the tower: patches, and the class token where there is one.</summary>
    public required int PositionsPerUnit { get; init; }

    /// <summary>How many positions a position attends to, on average over the blocks: all of its unit, unless most blocks have windows.</summary>
    public required double AttendedPositions { get; init; }

    /// <summary>Tokens that one unit becomes for the decoder.</summary>
    public required int TokensPerUnit { get; init; }

    /// <summary>Channels that the projector receives: those of the patches that become one token.</summary>
    public required int ProjectorInputs { get; init; }

    /// <summary>Channels between the projector's two matrices.</summary>
    public required int ProjectorHidden { get; init; }

    /// <summary>Parameters of the projector's norm.</summary>
    public required int ProjectorNormParameters { get; init; }

    /// <summary>Values in the matrices of one block.</summary>
    internal double BlockMatrices => (4.0 * Width * Width) + ((IsGated ? 3.0 : 2.0) * Width * Intermediate);

    /// <summary>Parameters of one block, with biases, norms and scales.</summary>
    internal double BlockParameters =>
        BlockMatrices
        + ((HasQkvBias ? 3.0 : 0) * Width) + Width
        + ((IsGated ? 2.0 : 1) * Intermediate) + Width
        + ((NormsHaveBias ? 4.0 : 2) * Width)
        + ((HasQkNorm ? 2.0 : 0) * Width)
        + ((HasLayerScale ? 2.0 : 0) * Width);
}
