using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>What the measures need of a layer's heads: their maps' mean, and the sum of their maps when each has length 1. Owns both.</summary>
/// <remarks>Three passes over the heads' weights and no copy of them. Shapes: H heads, T tokens, N = T T.</remarks>
internal sealed class HeadSums : IDisposable
{
    private HeadSums(Tensor mean_TT, Tensor unitSum_N, int heads) => (Mean_TT, UnitSum_N, Heads) = (mean_TT, unitSum_N, heads);

    /// <summary>Mean over heads.</summary>
    public Tensor Mean_TT { get; }

    /// <summary>Sum over heads h of A_h / |A_h|.</summary>
    public Tensor UnitSum_N { get; }

    /// <summary>H.</summary>
    public int Heads { get; }

    /// <summary>Reads a layer's weights, float32 [H, T, T].</summary>
    public static HeadSums Of(Tensor weights_HTT)
    {
        using DisposeScope scope = NewDisposeScope();
        (long heads, long tokens) = (weights_HTT.shape[0], weights_HTT.shape[1]);
        Tensor weights_HN = weights_HTT.reshape(heads, tokens * tokens);
        Tensor unitSum_N = weights_HN.norm(1).reciprocal_().matmul(weights_HN);
        return new HeadSums(weights_HTT.mean([0]).DetachFromDisposeScope(), unitSum_N.DetachFromDisposeScope(), (int)heads);
    }

    public void Dispose()
    {
        Mean_TT.Dispose();
        UnitSum_N.Dispose();
    }
}
