namespace DriveKD.Distillation.Gradients.Solvers;

/// <summary>
/// The sets of tasks that can be active in a small convex problem. With a handful of tasks all of them are tried: nothing iterates, and
/// nothing has to converge.
/// </summary>
internal static class ActiveSets
{
    /// <summary>The most tasks that are tried: 4,096 sets.</summary>
    public const int MaximumTasks = 12;

    /// <summary>Every set of tasks, smaller ones first, so that of equally good answers the one with fewer tasks is found first.</summary>
    /// <param name="tasks">How many tasks.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many.</exception>
    public static IEnumerable<int[]> Of(int tasks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tasks, MaximumTasks);
        return Enumerable.Range(0, 1 << tasks)
            .Select(mask => Enumerable.Range(0, tasks).Where(task => (mask & (1 << task)) != 0).ToArray())
            .OrderBy(set => set.Length);
    }

    /// <summary>The rows and columns of a set.</summary>
    /// <param name="matrix">Square.</param>
    /// <param name="set">Which.</param>
    public static double[,] Part(double[,] matrix, int[] set)
    {
        double[,] part = new double[set.Length, set.Length];
        for (int row = 0; row < set.Length; row++)
        {
            for (int column = 0; column < set.Length; column++)
            {
                part[row, column] = matrix[set[row], set[column]];
            }
        }

        return part;
    }

    /// <summary>A matrix times a vector.</summary>
    /// <param name="matrix">Square.</param>
    /// <param name="vector">As long as a row.</param>
    public static double[] Times(double[,] matrix, double[] vector)
    {
        double[] result = new double[vector.Length];
        for (int row = 0; row < vector.Length; row++)
        {
            for (int column = 0; column < vector.Length; column++)
            {
                result[row] += matrix[row, column] * vector[column];
            }
        }

        return result;
    }

    /// <summary>The inner product.</summary>
    /// <param name="first">A vector.</param>
    /// <param name="second">One as long.</param>
    public static double Dot(double[] first, double[] second) => first.Zip(second, (a, b) => a * b).Sum();
}
