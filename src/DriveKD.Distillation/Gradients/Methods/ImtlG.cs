using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// IMTL-G (Liu, Li, Kuang, Xue, Chen, Yang, Liao and Zhang, <em>Towards Impartial Multi-task Learning</em>, ICLR 2021): the update has the same
/// inner product with every gradient scaled to norm 1, G w = t |g|, sum_k w_k = 1. Weights may be negative, and where t is, the update
/// points against every task; the method has no guard against that. With dependent gradients the contributions w_k |g_k| are the
/// shortest least-squares answer (the pseudo-inverse of the cosines); where the weights then sum to 0 there is no answer and the update is 0.
/// A gradient of 0 is left out.
/// </summary>
internal sealed class ImtlG : GramWeighting
{
    /// <summary>A sum of weights below this share of their sizes is 0.</summary>
    private const double Cancelled = 1e-12;

    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram) => WithoutZeros(gram, Combine);

    private static double[] Combine(GramMatrix gram)
    {
        SymmetricEigen eigen = SymmetricEigen.Of(gram.Cosines());
        double[] parts = eigen.Apply(value => value > GradientRank.Threshold(gram.Size) ? 1 / value : 0, [.. Enumerable.Repeat(1.0, gram.Size)]);

        // Relative to the shortest gradient, so that no quotient overflows.
        double shortest = Enumerable.Range(0, gram.Size).Min(gram.Norm);
        double[] weights = [.. parts.Select((part, task) => part * (shortest / gram.Norm(task)))];
        double sum = weights.Sum();
        return Math.Abs(sum) <= Cancelled * weights.Sum(Math.Abs) ? new double[gram.Size] : [.. weights.Select(weight => weight / sum)];
    }
}
