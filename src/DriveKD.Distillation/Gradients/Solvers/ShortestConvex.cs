namespace DriveKD.Distillation.Gradients.Solvers;

/// <summary>
/// The convex combination of gradients with the smallest norm. On the set of tasks with weight, all inner products with the result are equal
/// (to its squared norm), elsewhere they are no smaller; the set is found by trying all.
/// </summary>
internal static class ShortestConvex
{
    /// <summary>The weights, at least 0, with sum 1.</summary>
    /// <param name="gram">The inner products; no gradient is 0.</param>
    public static double[] Weights(GramMatrix gram)
    {
        double[] norms = [.. Enumerable.Range(0, gram.Size).Select(gram.Norm)];
        double[,] cosines = gram.Cosines();
        double[] best = [];
        double bestViolation = double.PositiveInfinity;
        foreach (int[] set in ActiveSets.Of(gram.Size).Skip(1))
        {
            if (OnSet(cosines, norms, set) is double[] weights && Violation(cosines, norms, weights) is double violation && violation < bestViolation)
            {
                (best, bestViolation) = (weights, violation);
            }
        }

        double sum = best.Sum(weight => Math.Max(0, weight));
        return [.. best.Select(weight => Math.Max(0, weight) / sum)];
    }

    /// <summary>
    /// The weights, of either sign, with sum 1, for which all products on the set are equal. In contributions y_k = w_k |g_k|:
    /// C y = mu d with d_k = 1 / |g_k|, and d^T y = 1.
    /// </summary>
    private static double[]? OnSet(double[,] cosines, double[] norms, int[] set)
    {
        int size = set.Length;
        double shortest = set.Min(task => norms[task]);
        double[,] part = ActiveSets.Part(cosines, set);
        double[,] system = new double[size + 1, size + 1];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                system[row, column] = part[row, column];
            }

            system[row, size] = system[size, row] = shortest / norms[set[row]];
        }

        double[] right = new double[size + 1];
        right[size] = 1;
        if (LinearSystem.TrySolve(system, right) is not double[] solved)
        {
            return null;
        }

        double[] weights = new double[norms.Length];
        for (int index = 0; index < size; index++)
        {
            weights[set[index]] = solved[index] * system[index, size];
        }

        return weights;
    }

    /// <summary>How far weights are from the conditions, relative to the lengths of their parts.</summary>
    private static double Violation(double[,] cosines, double[] norms, double[] weights)
    {
        double[] parts = [.. weights.Zip(norms, (weight, norm) => weight * norm)];
        double[] products = ActiveSets.Times(cosines, parts);
        double square = ActiveSets.Dot(products, parts);
        double worst = 0;
        for (int task = 0; task < norms.Length; task++)
        {
            worst = Math.Max(worst, Math.Max(-parts[task], (square / norms[task]) - products[task]));
        }

        return worst / parts.Sum(Math.Abs);
    }
}
