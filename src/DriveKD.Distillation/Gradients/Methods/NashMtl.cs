using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// Nash-MTL (Navon, Shamsian, Achituve, Maron, Kawaguchi, Chechik and Fetaya, <em>Multi-Task Learning as a Bargaining Game</em>, ICML 2022):
/// the coefficients a > 0 with G a = 1 / a, so that the update is at a positive angle to every gradient and has the norm sqrt(n) whatever
/// the gradients' sizes. Solved exactly, as the minimum of a^T G a / 2 - sum_k log a_k, by Newton's method with damping.
/// Where gradients are dependent to within <see cref="Regularization"/> (the smallest eigenvalue of their cosines), there may be no
/// solution: the cosines then get as much on their diagonal as lifts that eigenvalue to it, and the answer is that of gradients with a
/// small part of their own. A gradient of 0 is left out.
/// </summary>
internal sealed class NashMtl : GramWeighting
{
    /// <summary>What the smallest eigenvalue of the cosines is lifted to.</summary>
    public const double Regularization = 1e-6;

    private const int MaximumSteps = 200;
    private const double Accuracy = 1e-13;

    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram) => WithoutZeros(gram, Combine);

    private static double[] Combine(GramMatrix gram)
    {
        // In contributions y_k = a_k |g_k| the equation is C y = 1 / y: sizes drop out.
        double[,] cosines = gram.Cosines();
        double lift = Math.Max(0, Regularization - SymmetricEigen.Of(cosines).Values.Min());
        for (int task = 0; task < gram.Size; task++)
        {
            cosines[task, task] += lift;
        }

        return [.. Solve(cosines).Select((part, task) => part / gram.Norm(task))];
    }

    private static double[] Solve(double[,] cosines)
    {
        int size = cosines.GetLength(0);
        double[] y = [.. Enumerable.Repeat(1.0, size)];
        for (int step = 0; step < MaximumSteps; step++)
        {
            double[] products = ActiveSets.Times(cosines, y);
            double[] slope = [.. y.Select((part, task) => products[task] - (1 / part))];
            if (y.Zip(slope, (part, value) => Math.Abs(part * value)).Max() < Accuracy)
            {
                break;
            }

            // In steps relative to y the second derivative is diag(y) C diag(y) + 1, which is never near singular.
            double[,] curvature = new double[size, size];
            for (int row = 0; row < size; row++)
            {
                for (int column = 0; column < size; column++)
                {
                    curvature[row, column] = (y[row] * cosines[row, column] * y[column]) + (row == column ? 1 : 0);
                }
            }

            double[] scaledSlope = [.. slope.Zip(y, (value, part) => value * part)];
            double[] relative = LinearSystem.TrySolve(curvature, scaledSlope) ?? scaledSlope;

            // The damping that a self-concordant function asks for: y stays positive and the minimum is reached from anywhere.
            double decrement = Math.Sqrt(Math.Max(0, ActiveSets.Dot(scaledSlope, relative)));
            double length = decrement > 0.25 ? 1 / (1 + decrement) : 1;
            y = [.. y.Zip(relative, (part, change) => part * (1 - (length * change)))];
        }

        return y;
    }
}
