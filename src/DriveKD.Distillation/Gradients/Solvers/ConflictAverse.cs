namespace DriveKD.Distillation.Gradients.Solvers;

/// <summary>
/// The convex combination g_w of gradients that minimises &lt;g_w,g_0&gt; + radius |g_w|. On the set of tasks with weight the derivatives
/// b_k + radius &lt;g_k,g_w&gt; / |g_w| are equal, which is a quadratic equation in that common value; the set is found by trying all. The
/// objective depends on g_w alone and is linear along rays, so that sets of dependent gradients add only g_w = 0.
/// </summary>
internal static class ConflictAverse
{
    /// <summary>The weights, at least 0, with sum 1.</summary>
    /// <param name="gram">The inner products; no gradient is 0.</param>
    /// <param name="mean">The coefficients of g_0.</param>
    /// <param name="radius">Above 0.</param>
    public static double[] Weights(GramMatrix gram, double[] mean, double radius)
    {
        double[] norms = [.. Enumerable.Range(0, gram.Size).Select(gram.Norm)];
        double[,] cosines = gram.Cosines();
        double[] products = [.. gram.Times(mean).Zip(norms, (product, norm) => product / norm)];
        double[] best = [];
        double bestGap = double.PositiveInfinity;
        foreach (int[] set in ActiveSets.Of(gram.Size).Skip(1))
        {
            if (OnSet(cosines, products, norms, radius, set) is double[] weights && Gap(gram, products, norms, radius, weights) is double gap && gap < bestGap)
            {
                (best, bestGap) = (weights, gap);
            }
        }

        // The one point where the objective has no derivative: g_w = 0, with the value 0.
        double[] shortest = ShortestConvex.Weights(gram);
        return best.Length == 0 || Objective(gram, products, norms, radius, shortest) < Objective(gram, products, norms, radius, best) ? shortest : best;
    }

    /// <summary>&lt;g_w,g_0&gt; + radius |g_w|.</summary>
    private static double Objective(GramMatrix gram, double[] products, double[] norms, double radius, double[] weights) =>
        weights.Select((weight, task) => weight * norms[task] * products[task]).Sum() + (radius * Math.Sqrt(Math.Max(0, gram.Quadratic(weights, weights))));

    /// <summary>
    /// The stationary weights of a set, or null where there are none with all signs right. In contributions y_k = w_k |g_k|, with r the
    /// products of g_0 and d_k = 1 / |g_k|: y is along C^-1 (mu d - r), and its norm fixes mu.
    /// </summary>
    private static double[]? OnSet(double[,] cosines, double[] products, double[] norms, double radius, int[] set)
    {
        double shortest = set.Min(task => norms[task]);
        double[] d = [.. set.Select(task => shortest / norms[task])];
        double[] r = [.. set.Select(task => products[task] / radius)];
        double[,] part = ActiveSets.Part(cosines, set);
        if (LinearSystem.TrySolve(part, d) is not double[] solvedD || LinearSystem.TrySolve(part, r) is not double[] solvedR)
        {
            return null;
        }

        // (mu d - r)^T C^-1 (mu d - r) = 1: the larger root, since d^T y > 0.
        double a = ActiveSets.Dot(d, solvedD);
        double b = ActiveSets.Dot(d, solvedR);
        double discriminant = (b * b) - (a * (ActiveSets.Dot(r, solvedR) - 1));
        if (!(a > 0) || !(discriminant > 0))
        {
            return null;
        }

        double mu = (b + Math.Sqrt(discriminant)) / a;
        double[] weights = new double[norms.Length];
        for (int index = 0; index < set.Length; index++)
        {
            weights[set[index]] = Math.Max(0, ((mu * solvedD[index]) - solvedR[index]) * d[index]);
        }

        double sum = weights.Sum();
        return sum > 0 ? [.. weights.Select(weight => weight / sum)] : null;
    }

    /// <summary>
    /// By how much the objective can at most be above its minimum: the largest gain that its derivative promises. Clipped weights of a wrong
    /// set show here.
    /// </summary>
    private static double Gap(GramMatrix gram, double[] products, double[] norms, double radius, double[] weights)
    {
        double[] inner = gram.Times(weights);
        double norm = Math.Sqrt(Math.Max(0, ActiveSets.Dot(inner, weights)));
        if (norm == 0)
        {
            return double.PositiveInfinity;
        }

        double[] derivatives = [.. inner.Select((product, task) => (norms[task] * products[task]) + (radius * product / norm))];
        return ActiveSets.Dot(derivatives, weights) - derivatives.Min();
    }
}
