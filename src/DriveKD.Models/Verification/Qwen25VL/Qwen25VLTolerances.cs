namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>
/// What a float32 implementation may differ from the recorded numbers: those of golden/qwen25vl/README.md, which measured how far two reference
/// implementations differ from each other. Absolute unless said otherwise.
/// </summary>
internal static class Qwen25VLTolerances
{
    /// <summary>Ids, labels, masks, positions, windows, texts, and the bytes of pictures, which lose nothing in their files.</summary>
    public const double Exact = 0;

    /// <summary>One rounding of the division by 255 and one of the division by the deviation.</summary>
    public const double PixelValue = 2e-6;

    /// <summary>The patch embedding, rotary angles, and their cosines and sines.</summary>
    public const double Patches = 1e-5;

    /// <summary>Blocks of the tower, and the merger.</summary>
    public const double Vision = 2e-4;

    /// <summary>Embeddings, the parts of a decoder layer, hidden states.</summary>
    public const double Hidden = 3e-4;

    /// <summary>Attention weights of each head.</summary>
    public const double Attention = 5e-5;

    /// <summary>Logits and their logarithmic sums.</summary>
    public const double Logits = 3e-4;

    /// <summary>A gap between two logits: each may move.</summary>
    public const double Gap = 2 * Logits;

    /// <summary>The standard deviation of all logits moves less than any of them.</summary>
    public const double Spread = Logits;

    /// <summary>A mean recorded with three decimals: half a unit more than the weights can move it.</summary>
    public const double Entropy = 6e-4;

    /// <summary>The mean cross-entropy.</summary>
    public const double Loss = 2e-5;

    /// <summary>Relative: norms of gradients. Sums and single values are measured on the size that their tensor gives them.</summary>
    public const double Gradient = 1e-3;

    /// <summary>What gradients may always differ by: some are 0 but for rounding.</summary>
    public const double SmallestGradient = 1e-5;

    /// <summary>
    /// Relative: how much further from float32 a computation in bfloat16 may end than the reference's did. Its rounding depends on the order of
    /// sums, so that this is for orientation.
    /// </summary>
    public const double BFloat16 = 1;

    /// <summary>The share of likeliest tokens that bfloat16 may move beyond the reference's, for orientation as well.</summary>
    public const double BFloat16Agreement = 0.05;
}
