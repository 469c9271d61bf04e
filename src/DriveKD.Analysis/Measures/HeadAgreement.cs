using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>
/// How alike a layer's heads attend: the mean pairwise cosine of their maps, each map one vector. With u_h = A_h / |A_h| it is
/// (|sum_h u_h|^2 - H) / (H (H - 1)), because every pair h, k is in the square twice and every u_h u_h is 1.
/// </summary>
/// <remarks>Shapes: H heads, T tokens.</remarks>
public static class HeadAgreement
{
    /// <summary>The agreement; NaN for a single head.</summary>
    /// <param name="weights_HTT">Float32 [H, T, T].</param>
    public static double Of(Tensor weights_HTT)
    {
        using HeadSums sums = HeadSums.Of(weights_HTT);
        return Of(sums);
    }

    internal static double Of(HeadSums sums)
    {
        double heads = sums.Heads;
        using Tensor square = sums.UnitSum_N.dot(sums.UnitSum_N);
        return heads < 2 ? double.NaN : (square.item<float>() - heads) / (heads * (heads - 1));
    }
}
