namespace DriveKD.Models.Verification;

/// <summary>
/// What a float32 implementation may differ from the recorded numbers: those of golden/internvl/README.md, which measured how
/// far two reference implementations differ from each other. Absolute unless said otherwise.
/// </summary>
public static class ModelTolerances
{
    /// <summary>Ids, labels, masks, positions and texts.</summary>
    public const double Exact = 0;

    /// <summary>
    /// Grey levels. JPEG decoders differ by a few, and Pillow 13, which made the recordings, filters some tall shrinkings in the
    /// other order than the Pillow whose bytes are the target here (by at most 2). The other stages start from the recorded pixels.
    /// </summary>
    public const double Pixel = 4;

    /// <summary>Grey levels on average: a wrong filter shifts every pixel a little, a decoder only some.</summary>
    public const double PixelMean = 0.1;

    /// <summary>One rounding of the division by 255 and one of the division by the deviation.</summary>
    public const double PixelValue = 2e-6;

    /// <summary>Vision tower, pixel shuffle, projector.</summary>
    public const double Vision = 2e-5;

    /// <summary>Embeddings, rotary tables, the parts of a decoder layer, hidden states.</summary>
    public const double Hidden = 5e-5;

    /// <summary>Attention weights, each head or averaged (the references: 4.3e-6).</summary>
    public const double Attention = 1e-5;

    /// <summary>The mean of each row's largest weight, recorded with four decimals: half a unit more than a weight.</summary>
    public const double AttentionPeak = Attention + 5e-5;

    /// <summary>Logits, with or without cache (the references: 1.6e-5).</summary>
    public const double Logits = 1e-4;

    /// <summary>The mean cross-entropy.</summary>
    public const double Loss = 2e-5;

    /// <summary>The loss of a single token follows two logits, so it may move as far as they do.</summary>
    public const double TokenLoss = Logits;

    /// <summary>Relative: norms of gradients (the references: 1.4e-5).</summary>
    public const double GradientNorm = 1e-4;

    /// <summary>
    /// Relative to the largest magnitude of the tensor: a gradient's size depends on its depth by orders of magnitude, so no
    /// absolute bound fits all, and no single element can be off by more than the norm of the difference, which the bound of the
    /// norms limits in the same proportion.
    /// </summary>
    public const double Gradient = 1e-4;
}
