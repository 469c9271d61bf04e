namespace DriveKD.Data.Imaging;

/// <summary>A Qwen2-VL preprocessor's settings; the defaults are those of the released Qwen2.5-VL models.</summary>
public sealed record Qwen25VLImageOptions
{
    /// <summary>The released models' settings.</summary>
    public static Qwen25VLImageOptions Default { get; } = new();

    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 14;

    /// <summary>Side of the square of patches that become one token.</summary>
    public int MergeSize { get; init; } = 2;

    /// <summary>Frames per patch; a single picture is repeated.</summary>
    public int TemporalPatchSize { get; init; } = 2;

    /// <summary>The smallest area after resizing, in pixels.</summary>
    public long MinPixels { get; init; } = 3136;

    /// <summary>The largest area after resizing, in pixels.</summary>
    public long MaxPixels { get; init; } = 12_845_056;

    /// <summary>Mean and standard deviation.</summary>
    public PixelNormalization Normalization { get; init; } = PixelNormalization.Clip;
}
