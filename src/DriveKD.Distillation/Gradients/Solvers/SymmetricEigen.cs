namespace DriveKD.Distillation.Gradients.Solvers;

/// <summary>
/// Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations, which are stopped entry by entry relative to the
/// diagonal: the small eigenvalues of a Gram matrix whose gradients differ in size by many orders keep their digits too (Demmel and
/// Veselic, 1992).
/// </summary>
internal sealed class SymmetricEigen
{
    private const double Negligible = 1e-16;
    private const int MaximumSweeps = 60;

    private SymmetricEigen(double[] values, double[,] vectors) => (Values, Vectors) = (values, vectors);

    /// <summary>The eigenvalues, in no order.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The eigenvectors, one a column, in the order of the values.</summary>
    public double[,] Vectors { get; }

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">Symmetric; not changed.</param>
    public static SymmetricEigen Of(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone();
        double[,] vectors = new double[size, size];
        for (int index = 0; index < size; index++)
        {
            vectors[index, index] = 1;
        }

        bool isDiagonal = false;
        for (int sweep = 0; sweep < MaximumSweeps && !isDiagonal; sweep++)
        {
            isDiagonal = true;
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    isDiagonal &= !Rotate(a, vectors, p, q);
                }
            }
        }

        return new SymmetricEigen([.. Enumerable.Range(0, size).Select(index => a[index, index])], vectors);
    }

    /// <summary>The matrix sum over the kept eigenvalues of f(value) v v^T, times a vector.</summary>
    /// <param name="function">What each eigenvalue becomes; 0 leaves it out.</param>
    /// <param name="vector">The vector.</param>
    public double[] Apply(Func<double, double> function, IReadOnlyList<double> vector)
    {
        double[] result = new double[vector.Count];
        for (int index = 0; index < Values.Count; index++)
        {
            double share = 0;
            for (int row = 0; row < vector.Count; row++)
            {
                share += Vectors[row, index] * vector[row];
            }

            share *= function(Values[index]);
            for (int row = 0; row < vector.Count; row++)
            {
                result[row] += share * Vectors[row, index];
            }
        }

        return result;
    }

    /// <summary>Makes a[p, q] 0. Says whether it was not yet negligible.</summary>
    private static bool Rotate(double[,] a, double[,] vectors, int p, int q)
    {
        double off = a[p, q];
        if (off == 0 || Math.Abs(off) <= Negligible * Math.Sqrt(Math.Abs(a[p, p])) * Math.Sqrt(Math.Abs(a[q, q])))
        {
            return false;
        }

        double theta = (a[q, q] - a[p, p]) / (2 * off);
        double tangent = double.IsInfinity(theta) ? 0 : (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        double sine = tangent * cosine;
        a[p, p] -= tangent * off;
        a[q, q] += tangent * off;
        a[p, q] = a[q, p] = 0;
        int size = a.GetLength(0);
        for (int index = 0; index < size; index++)
        {
            if (index != p && index != q)
            {
                (double first, double second) = (a[index, p], a[index, q]);
                a[index, p] = a[p, index] = (cosine * first) - (sine * second);
                a[index, q] = a[q, index] = (sine * first) + (cosine * second);
            }

            (double left, double right) = (vectors[index, p], vectors[index, q]);
            vectors[index, p] = (cosine * left) - (sine * right);
            vectors[index, q] = (sine * left) + (cosine * right);
        }

        return true;
    }
}
