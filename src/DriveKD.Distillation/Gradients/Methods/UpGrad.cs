using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// UPGrad (Quinton and Rey, <em>Jacobian Descent for Multi-Objective Optimization</em>, 2024): each gradient is projected onto the dual cone,
/// the vectors that conflict with no gradient, and the update is the mean of the projections. Solved exactly.
/// </summary>
/// <param name="regularization">
/// What is added to the diagonal of the Gram matrix, as a share of its trace: 0, but for comparing with the authors' library, which adds
/// 1e-4 and so leaves conflicts with gradients that are a hundred times shorter than others.
/// </param>
internal sealed class UpGrad(double regularization = 0) : GramWeighting
{
    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram)
    {
        GramMatrix regular = DualProj.Regularized(gram, regularization);
        double[] sum = new double[gram.Size];
        for (int task = 0; task < gram.Size; task++)
        {
            double[] own = new double[gram.Size];
            own[task] = 1.0 / gram.Size;
            double[] projected = ConeProjection.Project(regular, own);
            for (int other = 0; other < gram.Size; other++)
            {
                sum[other] += projected[other];
            }
        }

        return sum;
    }
}
