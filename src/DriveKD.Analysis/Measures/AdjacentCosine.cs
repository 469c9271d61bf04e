using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>How little a layer turns the states: mean over tokens t of cos(h_{l-1,t}, h_{l,t}).</summary>
/// <remarks>Shapes: T tokens, C channels.</remarks>
public static class AdjacentCosine
{
    // Below it a state is no direction.
    private const double LeastNorm = 1e-12;

    /// <summary>The mean cosine; a state of length 0 counts as unlike any other.</summary>
    /// <param name="previous_TC">Float32 states before the layer.</param>
    /// <param name="next_TC">Float32 states behind it.</param>
    public static double Of(Tensor previous_TC, Tensor next_TC)
    {
        using DisposeScope scope = NewDisposeScope();
        return OfDirections(Directions_TC(previous_TC), Directions_TC(next_TC));
    }

    /// <summary>The same of states of length 1.</summary>
    internal static double OfDirections(Tensor previous_TC, Tensor next_TC)
    {
        using DisposeScope scope = NewDisposeScope();
        return previous_TC.flatten().dot(next_TC.flatten()).item<float>() / (double)previous_TC.shape[0];
    }

    /// <summary>The states at length 1.</summary>
    internal static Tensor Directions_TC(Tensor states_TC) => nn.functional.normalize(states_TC, 2, 1, LeastNorm);
}
