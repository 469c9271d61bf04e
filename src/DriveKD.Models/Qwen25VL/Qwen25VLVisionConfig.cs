namespace DriveKD.Models.Qwen25VL;

/// <summary>The vision tower of Qwen2.5-VL as config.json describes it.</summary>
public sealed record Qwen25VLVisionConfig
{
    /// <summary>Channels of a patch.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Channels inside the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 14;

    /// <summary>Frames of a patch: a picture is repeated to fill them.</summary>
    public int TemporalPatchSize { get; init; } = 2;

    /// <summary>Patches along one side of a unit, the square that becomes one token of the decoder.</summary>
    public int MergeSize { get; init; } = 2;

    /// <summary>Side of an attention window, in pixels.</summary>
    public int WindowSize { get; init; } = 112;

    /// <summary>Blocks, from 0, that attend within a whole picture; the others attend within windows.</summary>
    public required IReadOnlyList<int> FullAttentionBlocks { get; init; }

    /// <summary>Channels after the merger: the decoder's hidden size.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Added to the mean of the squares in every norm of the tower.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Channels per head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>Pixel values of a patch: colours, frames, rows and columns.</summary>
    public int PatchValues => 3 * TemporalPatchSize * PatchSize * PatchSize;

    /// <summary>Patches of a unit.</summary>
    public int PatchesPerUnit => MergeSize * MergeSize;

    /// <summary>Channels of a unit, its patches side by side.</summary>
    public int MergedSize => HiddenSize * PatchesPerUnit;

    /// <summary>Side of an attention window, in units.</summary>
    public int WindowSide => WindowSize / MergeSize / PatchSize;
}
