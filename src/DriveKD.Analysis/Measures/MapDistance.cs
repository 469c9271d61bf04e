using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>
/// How far two models' head-mean maps a and b of one sample lie from each other over their text rows and vision columns:
/// 1 - sum ab / (|a| |b|), and the mean of (a - b)^2 over all those pairs, causally empty ones included, as in the text-to-vision signals.
/// </summary>
/// <remarks>Shapes: R text tokens, V vision tokens.</remarks>
public static class MapDistance
{
    /// <summary>Both distances.</summary>
    /// <param name="a_RV">Float32 [R, V].</param>
    /// <param name="b_RV">Float32 [R, V].</param>
    /// <returns>The cosine distance is NaN where a map is 0.</returns>
    public static (double Cosine, double Squared) Of(Tensor a_RV, Tensor b_RV)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor difference_RV = a_RV.sub(b_RV);
        Tensor sums_4 = stack([Dot(a_RV, b_RV), Dot(a_RV, a_RV), Dot(b_RV, b_RV), Dot(difference_RV, difference_RV)]);
        float[] sums = sums_4.cpu().data<float>().ToArray();
        return (1 - (sums[0] / Math.Sqrt((double)sums[1] * sums[2])), sums[3] / (double)a_RV.numel());
    }

    /// <summary>
    /// The layer of another model at the same relative depth, so that first answers to first and last to last: round(l (M - 1) / (N - 1)), halves up.
    /// </summary>
    /// <param name="layer">l, from 0.</param>
    /// <param name="layers">N.</param>
    /// <param name="otherLayers">M.</param>
    public static int LayerAtSameDepth(int layer, int layers, int otherLayers)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, layers);
        return layers == 1 ? otherLayers - 1 : (int)(((2L * layer * (otherLayers - 1)) + layers - 1) / (2L * (layers - 1)));
    }

    private static Tensor Dot(Tensor a_RV, Tensor b_RV) => a_RV.mul(b_RV).sum();
}
