using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// DualProj (the projection of Lopez-Paz and Ranzato, <em>Gradient Episodic Memory for Continual Learning</em>, NeurIPS 2017, applied to the mean
/// gradient; named so by Quinton and Rey, 2024): the nearest vector to the mean gradient that conflicts with no gradient. Solved exactly.
/// </summary>
/// <param name="regularization">As in <see cref="UpGrad"/>.</param>
internal sealed class DualProj(double regularization = 0) : GramWeighting
{
    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram) =>
        ConeProjection.Project(Regularized(gram, regularization), [.. Enumerable.Repeat(1.0 / gram.Size, gram.Size)]);

    /// <summary>The matrix with a share of its trace added to its diagonal.</summary>
    /// <param name="gram">The inner products.</param>
    /// <param name="regularization">The share.</param>
    internal static GramMatrix Regularized(GramMatrix gram, double regularization)
    {
        double added = regularization * Enumerable.Range(0, gram.Size).Sum(task => gram[task, task]);
        return added == 0 ? gram : GramMatrix.Build(gram.Size, (row, column) => gram[row, column] + (row == column ? added : 0));
    }
}
