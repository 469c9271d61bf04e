using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// Distances between head-mean attention maps of student and teacher: per layer and sample over the pairs of
/// <see cref="AttentionPairs"/>, then the mean over the batch, then over layers. Pure functions: float32 in and out, gradients
/// reach the student's maps only if the caller detached the teacher's.
/// </summary>
/// <remarks>
/// Shapes: B batch, T tokens. In the formulas a is a student's map, b its target, P the pairs, causally empty ones included; null
/// pairs are all of them. Every method takes one map per student layer and as many targets, and returns a scalar, 0 where no
/// sample has a pair.
/// </remarks>
public static class AttentionLosses
{
    // Below it a sum of squares of attention weights is an empty map.
    private const double LeastEnergy = 1e-20;

    // Keeps the logarithm of weights that are or round to 0 finite.
    private const double LogOffset = 1e-6;

    /// <summary>The published loss: sum_P (a - b)^2 / |P|.</summary>
    /// <param name="student_BTT">The student's maps.</param>
    /// <param name="target_BTT">Their targets, same shapes.</param>
    /// <param name="pairs_BTT">1 at the pairs, or null.</param>
    public static Tensor Squared(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        Mean(SquaredOfEach(student_BTT, target_BTT, pairs_BTT));

    /// <summary><see cref="Squared"/> of each sample.</summary>
    /// <returns>[B].</returns>
    internal static Tensor SquaredOfEach(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        MeanOverLayers(student_BTT, target_BTT, (a_BTT, b_BTT) =>
        {
            Tensor squares_BTT = a_BTT.sub(b_BTT).Squared();
            return pairs_BTT is null ? squares_BTT.mean([1, 2]) : Sum_B(squares_BTT, pairs_BTT).div(pairs_BTT.sum([1, 2]).clamp_min(Scalars.Of(1.0)));
        });

    /// <summary>The squared error as a share of the target's energy: sum_P (a - b)^2 / sum_P b^2.</summary>
    /// <param name="student_BTT">The student's maps.</param>
    /// <param name="target_BTT">Their targets, same shapes.</param>
    /// <param name="pairs_BTT">1 at the pairs, or null.</param>
    public static Tensor Relative(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        Mean(RelativeOfEach(student_BTT, target_BTT, pairs_BTT));

    /// <summary><see cref="Relative"/> of each sample.</summary>
    /// <returns>[B].</returns>
    internal static Tensor RelativeOfEach(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        MeanOverLayers(student_BTT, target_BTT, (a_BTT, b_BTT) =>
        {
            Tensor energy_B = Sum_B(b_BTT.Squared(), pairs_BTT).clamp_min(Scalars.Of(LeastEnergy));
            return Sum_B(a_BTT.sub(b_BTT).Squared(), pairs_BTT).div(energy_B);
        });

    /// <summary>
    /// 1 - sum_P ab / (|a|_P |b|_P): all pairs are one vector (the paper names the cosine without a formula; this is the reading
    /// taken). Where both vectors are 0 the loss is 0.
    /// </summary>
    /// <param name="student_BTT">The student's maps.</param>
    /// <param name="target_BTT">Their targets, same shapes.</param>
    /// <param name="pairs_BTT">1 at the pairs, or null.</param>
    public static Tensor Cosine(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        Mean(CosineOfEach(student_BTT, target_BTT, pairs_BTT));

    /// <summary><see cref="Cosine"/> of each sample.</summary>
    /// <returns>[B].</returns>
    internal static Tensor CosineOfEach(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        MeanOverLayers(student_BTT, target_BTT, (a_BTT, b_BTT) =>
        {
            Tensor inner_B = Sum_B(a_BTT.mul(b_BTT), pairs_BTT);
            Tensor student_B = Sum_B(a_BTT.Squared(), pairs_BTT);
            Tensor teacher_B = Sum_B(b_BTT.Squared(), pairs_BTT);
            // Clamped before the root, whose slope at 0 is infinite.
            Tensor norms_B = student_B.clamp_min(Scalars.Of(LeastEnergy)).sqrt().mul(teacher_B.clamp_min(Scalars.Of(LeastEnergy)).sqrt());
            Tensor present_B = student_B.Plus(teacher_B).detach().gt(Scalars.Of(0.0)).to_type(ScalarType.Float32);
            return present_B.sub(inner_B.div(norms_B));
        });

    /// <summary>
    /// The mean over queries with a pair of sum_j b log((b + e) / (a + e)) - b + a, j over the query's pairs, e = 1e-6: the KL
    /// divergence of the student's row from the teacher's, in the form that holds for parts of rows too. Over whole rows, whose sum
    /// is 1, it is the plain one.
    /// </summary>
    /// <param name="student_BTT">The student's maps.</param>
    /// <param name="target_BTT">Their targets, same shapes.</param>
    /// <param name="pairs_BTT">1 at the pairs, or null.</param>
    public static Tensor Divergence(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        Mean(DivergenceOfEach(student_BTT, target_BTT, pairs_BTT));

    /// <summary><see cref="Divergence"/> of each sample.</summary>
    /// <returns>[B].</returns>
    internal static Tensor DivergenceOfEach(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT, Tensor? pairs_BTT) =>
        MeanOverLayers(student_BTT, target_BTT, (a_BTT, b_BTT) =>
        {
            Tensor ratio_BTT = b_BTT.Plus(LogOffset).log().sub(a_BTT.Plus(LogOffset).log());
            Tensor terms_BTT = b_BTT.mul(ratio_BTT).sub(b_BTT).Plus(a_BTT);
            if (pairs_BTT is null)
            {
                return terms_BTT.sum([2]).mean([1]);
            }

            Tensor queries_B = pairs_BTT.amax([2]).sum([1]).clamp_min(Scalars.Of(1.0));
            return Sum_B(terms_BTT, pairs_BTT).div(queries_B);
        });

    private static Tensor Sum_B(Tensor values_BTT, Tensor? pairs_BTT) => (pairs_BTT is null ? values_BTT : values_BTT.mul(pairs_BTT)).sum([1, 2]);

    private static Tensor MeanOverLayers(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> target, Func<Tensor, Tensor, Tensor> loss)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> losses = [];
        foreach ((Tensor a, Tensor b) in MatchedLayers.Pair(student, target))
        {
            losses.Add(loss(a, b));
        }

        return stack(losses).mean([0]).MoveToOuterDisposeScope();
    }

    private static Tensor Mean(Tensor losses_B)
    {
        using Tensor owned = losses_B;
        return losses_B.mean();
    }
}
