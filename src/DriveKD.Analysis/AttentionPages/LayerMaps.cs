using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>One layer of one model: the attention that the tokens of every picture receive, mean over heads and the chosen rows.</summary>
/// <param name="Layer">From 1.</param>
/// <param name="Pictures">In order.</param>
public sealed record LayerMaps(int Layer, IReadOnlyList<PictureAttention> Pictures)
{
    /// <summary>The share of all attention that goes to pictures, 0 to 1.</summary>
    public double Sum => Pictures.Sum(picture => picture.Sum);

    /// <summary>The greatest weight of a token.</summary>
    public float Largest => Pictures.Max(picture => picture.Weights.Max());
}
