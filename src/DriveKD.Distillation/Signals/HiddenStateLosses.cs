using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// Distances between hidden states of one sample, student against target: per layer, then the mean over layers. Pure functions:
/// float32 out; gradients reach the student's states only if the caller detached the teacher's.
/// </summary>
/// <remarks>
/// Shapes: T tokens, C the teacher's channels. In the formulas h is a student's state, mapped to the teacher's width, and g its
/// target. The paper names hidden-state matching without a formula: the mean over positions and channels is the reading taken.
/// </remarks>
public static class HiddenStateLosses
{
    // Below it a state is no direction.
    private const double LeastEnergy = 1e-20;

    /// <summary>The mean over positions and channels of (h - g)^2.</summary>
    /// <param name="student_TC">One state per student layer.</param>
    /// <param name="target_TC">Their targets, same shapes.</param>
    public static Tensor Squared(IReadOnlyList<Tensor> student_TC, IReadOnlyList<Tensor> target_TC) =>
        MeanOverLayers(student_TC, target_TC, (h_TC, g_TC) => h_TC.sub(g_TC).Squared().mean());

    /// <summary>The sum over positions and channels of (h - g)^2, divided by that of g^2.</summary>
    /// <param name="student_TC">One state per student layer.</param>
    /// <param name="target_TC">Their targets, same shapes.</param>
    public static Tensor Relative(IReadOnlyList<Tensor> student_TC, IReadOnlyList<Tensor> target_TC) =>
        MeanOverLayers(student_TC, target_TC, (h_TC, g_TC) => h_TC.sub(g_TC).Squared().sum().div(g_TC.Squared().sum().clamp_min(Scalars.Of(LeastEnergy))));

    /// <summary>The mean over positions of 1 - cos(h, g).</summary>
    /// <param name="student_TC">One state per student layer.</param>
    /// <param name="target_TC">Their targets, same shapes.</param>
    public static Tensor Cosine(IReadOnlyList<Tensor> student_TC, IReadOnlyList<Tensor> target_TC) =>
        MeanOverLayers(student_TC, target_TC, (h_TC, g_TC) =>
        {
            Tensor norms_T = Energy_T(h_TC).sqrt().mul(Energy_T(g_TC).sqrt());
            Tensor cosine = h_TC.mul(g_TC).sum([1]).div(norms_T).mean();
            return cosine.neg().Plus(1);
        });

    private static Tensor Energy_T(Tensor state_TC) => state_TC.Squared().sum([1]).clamp_min(Scalars.Of(LeastEnergy));

    private static Tensor MeanOverLayers(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> target, Func<Tensor, Tensor, Tensor> loss)
    {
        using DisposeScope scope = NewDisposeScope();
        return stack([.. MatchedLayers.Pair(student, target).Select(pair => loss(pair.Student, pair.Target))]).mean().MoveToOuterDisposeScope();
    }
}
