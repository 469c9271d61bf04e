namespace DriveKD.Distillation.Gradients.Solvers;

/// <summary>
/// Projects a combination of gradients onto the dual cone: the nearest vector that conflicts with no gradient. It is
/// sum_k (u_k + lambda_k) g_k with lambda >= 0, inner products with all g_k >= 0, and 0 wherever lambda_k > 0; the set of positive lambda is
/// found by trying all. A set of dependent gradients need not be tried: some independent part of it spans the same answer.
/// </summary>
internal static class ConeProjection
{
    /// <summary>The coefficients v = u + lambda.</summary>
    /// <param name="gram">The inner products. Gradients of 0 constrain nothing.</param>
    /// <param name="combination">The coefficients u of the vector to project.</param>
    public static double[] Project(GramMatrix gram, IReadOnlyList<double> combination)
    {
        int[] present = [.. Enumerable.Range(0, gram.Size).Where(task => gram.Norm(task) > 0)];
        if (present.Length == 0)
        {
            return [.. combination];
        }

        double[] norms = [.. present.Select(gram.Norm)];

        // In units of each gradient's own length, so that sizes do not touch the accuracy.
        double[,] cosines = gram.Part(present).Cosines();
        double[] products = gram.Times(combination);
        double[] start = [.. present.Select((task, index) => products[task] / norms[index])];
        double scale = combination.Select((value, task) => Math.Abs(value) * gram.Norm(task)).Sum();

        double[]? best = null;
        double bestViolation = double.PositiveInfinity;
        foreach (int[] set in ActiveSets.Of(present.Length))
        {
            double[]? lengths = Lengths(cosines, start, set);
            if (lengths is not null && Violation(cosines, start, set, lengths) is double violation && violation < bestViolation)
            {
                (best, bestViolation) = (lengths, violation);
            }

            if (bestViolation <= 1e-16 * scale)
            {
                break;
            }
        }

        double[] result = [.. combination];
        for (int index = 0; index < present.Length; index++)
        {
            result[present[index]] += Math.Max(0, best![index]) / norms[index];
        }

        return result;
    }

    /// <summary>lambda_k |g_k| for which the products of the set's gradients become 0.</summary>
    private static double[]? Lengths(double[,] cosines, double[] start, int[] set)
    {
        double[] lengths = new double[start.Length];
        if (set.Length == 0)
        {
            return lengths;
        }

        if (LinearSystem.TrySolve(ActiveSets.Part(cosines, set), [.. set.Select(task => -start[task])]) is not double[] solved)
        {
            return null;
        }

        for (int index = 0; index < set.Length; index++)
        {
            lengths[set[index]] = solved[index];
        }

        return lengths;
    }

    /// <summary>How far an answer is from what makes it the projection.</summary>
    private static double Violation(double[,] cosines, double[] start, int[] set, double[] lengths)
    {
        double[] products = [.. ActiveSets.Times(cosines, lengths).Zip(start, (added, own) => added + own)];
        double worst = 0;
        for (int task = 0; task < start.Length; task++)
        {
            worst = Math.Max(worst, set.Contains(task) ? Math.Max(-lengths[task], Math.Abs(products[task])) : -products[task]);
        }

        return worst;
    }
}
