namespace DriveKD.Distillation.Gradients.Solvers;

/// <summary>Small dense systems of linear equations.</summary>
internal static class LinearSystem
{
    /// <summary>A pivot below this share of the largest entry of the matrix is taken for 0.</summary>
    private const double SmallestPivot = 1e-14;

    /// <summary>Solves A x = b by Gaussian elimination with partial pivoting.</summary>
    /// <param name="matrix">Square; not changed.</param>
    /// <param name="right">The right side; not changed.</param>
    /// <returns>x, or null where A is singular to rounding.</returns>
    public static double[]? TrySolve(double[,] matrix, IReadOnlyList<double> right)
    {
        int size = right.Count;
        double[,] a = (double[,])matrix.Clone();
        double[] b = [.. right];
        double smallest = SmallestPivot * a.Cast<double>().Max(Math.Abs);
        for (int column = 0; column < size; column++)
        {
            int pivot = Enumerable.Range(column, size - column).MaxBy(row => Math.Abs(a[row, column]));
            if (!(Math.Abs(a[pivot, column]) > smallest))
            {
                return null;
            }

            Swap(a, b, pivot, column);
            for (int row = column + 1; row < size; row++)
            {
                double factor = a[row, column] / a[column, column];
                for (int other = column; other < size; other++)
                {
                    a[row, other] -= factor * a[column, other];
                }

                b[row] -= factor * b[column];
            }
        }

        for (int row = size - 1; row >= 0; row--)
        {
            for (int other = row + 1; other < size; other++)
            {
                b[row] -= a[row, other] * b[other];
            }

            b[row] /= a[row, row];
        }

        return b;
    }

    private static void Swap(double[,] a, double[] b, int first, int second)
    {
        if (first == second)
        {
            return;
        }

        for (int column = 0; column < b.Length; column++)
        {
            (a[first, column], a[second, column]) = (a[second, column], a[first, column]);
        }

        (b[first], b[second]) = (b[second], b[first]);
    }
}
