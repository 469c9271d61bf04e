using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>
/// How widely a layer looks: the mean over rows i of -sum_j A_ij log A_ij / log(k_i), where k_i is the number of keys that row i sees (i + 1, from 0).
/// A row that sees one key is left out: it has no choice. 1 is uniform attention, 0 one key per row.
/// </summary>
/// <remarks>Shapes: T tokens.</remarks>
public static class MapEntropy
{
    // The smallest float32 that is held with full precision: a weight below it adds less than 1e-35.
    private const double LeastWeight = 1.17549435e-38;

    /// <summary>The entropy; NaN below two tokens.</summary>
    /// <param name="mean_TT">A, the head-mean map, float32 [T, T], causal.</param>
    public static double Of(Tensor mean_TT)
    {
        using DisposeScope scope = NewDisposeScope();
        return Of(mean_TT, RowFactors_T(mean_TT.shape[0], mean_TT.device));
    }

    /// <summary>The same with the rows' factors at hand.</summary>
    internal static double Of(Tensor mean_TT, Tensor rowFactors_T)
    {
        using DisposeScope scope = NewDisposeScope();
        if (mean_TT.shape[0] < 2)
        {
            return double.NaN;
        }

        // The logarithm of a hidden key's 0 stays finite and is multiplied by 0.
        Tensor terms_TT = mean_TT.clamp_min(Scalars.Of(LeastWeight)).log_().mul_(mean_TT);
        return terms_TT.sum([1]).dot(rowFactors_T).item<float>();
    }

    /// <summary>-1 / log(k_i) over the number of rows that count.</summary>
    internal static Tensor RowFactors_T(long tokens, Device device)
    {
        float[] factors = new float[tokens];
        for (int row = 1; row < tokens; row++)
        {
            factors[row] = (float)(-1 / (Math.Log(row + 1) * (tokens - 1)));
        }

        using Tensor managed_T = tensor(factors);
        // A copy of libtorch's own is aligned, whatever the array is: products then have the same bits in every run.
        return managed_T.to(device, copy: true);
    }
}
