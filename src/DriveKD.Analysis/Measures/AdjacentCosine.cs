using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>How little a layer turns the states: mean over tokens t of cos(h_{l-1,t}, h_{l,t}).</summary>
/// <remarks>Shapes: T tokens, C channels.</remarks>
public static class AdjacentCosine
{
    // Below it a state is no direction.
    private const double LeastNorm = 1e-12;

    /// <summary>The mean cosine.</summary>
    /// <param name="previous_TC">Float32 states before the layer.</param>
    /// <param name="next_TC">Float32 states behind it.</param>
    public static double Of(Tensor previous_TC, Tensor next_TC)
    {
        using DisposeScope scope = NewDisposeScope();
        return Of(previous_TC, Norms_T(previous_TC), next_TC, Norms_T(next_TC));
    }

    /// <summary>The same with the lengths at hand.</summary>
    internal static double Of(Tensor previous_TC, Tensor previousNorms_T, Tensor next_TC, Tensor nextNorms_T)
    {
        using DisposeScope scope = NewDisposeScope();
        return previous_TC.mul(next_TC).sum([1]).div(previousNorms_T.mul(nextNorms_T)).mean().item<float>();
    }

    /// <summary>The states' lengths [T].</summary>
    internal static Tensor Norms_T(Tensor states_TC)
    {
        using DisposeScope scope = NewDisposeScope();
        return states_TC.norm(1).clamp_min(Scalars.Of(LeastNorm)).MoveToOuterDisposeScope();
    }
}
