using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// CAGrad (Liu, Liu, Jin, Stone and Liu, <em>Conflict-Averse Gradient Descent for Multi-task Learning</em>, NeurIPS 2021): the vector within
/// c |g_0| of the mean gradient g_0 whose smallest inner product with a gradient is largest, g_0 + c |g_0| g_w / |g_w| with the convex
/// combination g_w that minimises &lt;g_w,g_0&gt; + c |g_0| |g_w|. Solved exactly. Where g_w is 0 (its parts cancel to less than
/// <see cref="Cancelled"/> of their length) no direction serves all tasks, and the update is 0. A gradient of 0 is left out: it would be g_w.
/// </summary>
/// <param name="c">The radius as a share of |g_0|, at least 0.</param>
internal sealed class CaGrad(double c) : GramWeighting
{
    /// <summary>The share of the lengths of its parts below which g_w counts as 0.</summary>
    public const double Cancelled = 1e-4;

    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram) => WithoutZeros(gram, Combine);

    private double[] Combine(GramMatrix gram)
    {
        double[] mean = [.. Enumerable.Repeat(1.0 / gram.Size, gram.Size)];
        double radius = c * Math.Sqrt(Math.Max(0, gram.Quadratic(mean, mean)));
        if (radius == 0)
        {
            return mean;
        }

        double[] weights = ConflictAverse.Weights(gram, mean, radius);
        double norm = Math.Sqrt(Math.Max(0, gram.Quadratic(weights, weights)));
        return norm < Cancelled * weights.Select((weight, task) => weight * gram.Norm(task)).Sum()
            ? new double[gram.Size]
            : [.. mean.Zip(weights, (own, weight) => own + (radius / norm * weight))];
    }
}
