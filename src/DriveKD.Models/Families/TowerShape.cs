namespace DriveKD.Models.Families;

/// <summary>A vision tower's sizes, whatever its family: what memory and work are estimated from.</summary>
public sealed record TowerShape
{
    /// <summary>Channels of a patch.</summary>
    public required int Width { get; init; }

    /// <summary>Blocks that are run.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Channels inside the MLP.</summary>
    public required int Intermediate { get; init; }

    /// <summary>Matrices of the MLP: 2, or 3 where it is gated.</summary>
    public required int MlpMatrices { get; init; }

    /// <summary>Patches that become one token.</summary>
    public required int PatchesPerToken { get; init; }

    /// <summary>Tokens of the tower beside the patches: 1 with a class token.</summary>
    public required int ExtraTokens { get; init; }

    /// <summary>Values of a patch: pixels, channels and frames.</summary>
    public required int ValuesPerPatch { get; init; }

    /// <summary>Blocks that attend over a whole piece; the others attend within windows.</summary>
    public required int WholeBlocks { get; init; }

    /// <summary>Patches of a window; 0 where no block has windows.</summary>
    public int WindowPatches { get; init; }

    /// <summary>The query, key and value projections have a bias.</summary>
    public required bool HasQkvBias { get; init; }

    /// <summary>Queries and keys are normalised over the full width.</summary>
    public bool HasQkNorm { get; init; }

    /// <summary>The norms of a block have a bias.</summary>
    public bool NormsHaveBias { get; init; }

    /// <summary>Both branches of a block are scaled channel by channel.</summary>
    public bool HasLayerScale { get; init; }

    /// <summary>Parameters of the patch, class and position embeddings.</summary>
    public required long EmbeddingParameters { get; init; }

    /// <summary>Channels between the projector's two matrices.</summary>
    public required int ProjectorHidden { get; init; }

    /// <summary>Parameters of the projector's norm.</summary>
    public required int ProjectorNormParameters { get; init; }

    /// <summary>The tower's tokens of a piece.</summary>
    /// <param name="tokens">The piece's image tokens in the decoder.</param>
    public double PatchesOf(double tokens) => (tokens * PatchesPerToken) + ExtraTokens;

    /// <summary>The values of a piece's pixels.</summary>
    /// <param name="tokens">The piece's image tokens in the decoder.</param>
    public double ValuesOf(double tokens) => tokens * PatchesPerToken * ValuesPerPatch;
}
