using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// MGDA (Desideri, <em>Multiple-gradient descent algorithm</em>, 2012; Sener and Koltun, <em>Multi-Task Learning as Multi-Objective
/// Optimization</em>, NeurIPS 2018): the convex combination of the gradients with the smallest norm, min |sum_k w_k g_k| over w >= 0, sum_k
/// w_k = 1. Its inner product with every gradient is at least its squared norm. Solved exactly. A gradient of 0 is left out: it would
/// be the shortest by itself and stop every other task.
/// </summary>
internal sealed class Mgda : GramWeighting
{
    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram) => WithoutZeros(gram, ShortestConvex.Weights);
}
