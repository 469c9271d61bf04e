namespace DriveKD.Distillation.Tests.Gradients;

/// <summary>
/// The weighting methods on vectors, solved in another way than in the library: coordinate by coordinate until nothing moves, by closed forms
/// of the papers, or by a matrix iteration.
/// </summary>
internal static class VectorWeightings
{
    private const int Sweeps = 200_000;

    /// <summary>The nearest vector to the start that points against none, by Hildreth's method: one constraint after the other.</summary>
    public static double[] OffAll(double[][] vectors, double[] start)
    {
        double[] vector = start;
        double[] multipliers = new double[vectors.Length];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            double moved = 0;
            for (int task = 0; task < vectors.Length; task++)
            {
                double square = VectorTasks.Dot(vectors[task], vectors[task]);
                double step = Math.Max(-multipliers[task], -VectorTasks.Dot(vector, vectors[task]) / square);
                multipliers[task] += step;
                vector = VectorTasks.Add(vector, step, vectors[task]);
                moved = Math.Max(moved, Math.Abs(step) * Math.Sqrt(square));
            }

            if (moved <= 1e-15 * VectorTasks.Norm(start))
            {
                break;
            }
        }

        return vector;
    }

    /// <summary>The shortest convex combination, by moving weight between two vectors at a time.</summary>
    public static double[] Shortest(double[][] vectors) => OverPairs(vectors, (vector, direction, largest) =>
        Math.Min(largest, -VectorTasks.Dot(vector, direction) / VectorTasks.Dot(direction, direction)));

    /// <summary>CAGrad's update: the same moves, each as far as its objective falls.</summary>
    public static double[] ConflictAverse(double[][] vectors, double c)
    {
        double[] mean = Mean(vectors);
        double radius = c * VectorTasks.Norm(mean);
        double[] shortest = OverPairs(vectors, (vector, direction, largest) =>
        {
            double low = 0;
            double high = largest;
            for (int step = 0; step < 100; step++)
            {
                // The derivative along the move rises: bisection finds where it passes 0.
                double middle = (low + high) / 2;
                double[] moved = VectorTasks.Add(vector, middle, direction);
                double derivative = VectorTasks.Dot(direction, mean) + (radius * VectorTasks.Dot(direction, moved) / VectorTasks.Norm(moved));
                (low, high) = derivative < 0 ? (middle, high) : (low, middle);
            }

            return low;
        });
        return VectorTasks.Add(mean, radius / VectorTasks.Norm(shortest), shortest);
    }

    /// <summary>IMTL-G by the paper's closed form: with D = (g_1 - g_k) and U = (u_1 - u_k) as rows, w_2.. = g_1 U^T (D U^T)^-1.</summary>
    public static double[] Impartial(double[][] vectors)
    {
        int others = vectors.Length - 1;
        double[][] units = [.. vectors.Select(vector => vector.Select(value => value / VectorTasks.Norm(vector)).ToArray())];
        double[][] d = [.. vectors.Skip(1).Select(vector => VectorTasks.Add(vectors[0], -1, vector))];
        double[][] u = [.. units.Skip(1).Select(unit => VectorTasks.Add(units[0], -1, unit))];

        // The rows of (D U^T)^T, with the right side as the last column.
        double[][] system = [.. Enumerable.Range(0, others).Select(row =>
            (double[])[.. d.Select(vector => VectorTasks.Dot(vector, u[row])), VectorTasks.Dot(vectors[0], u[row])])];
        double[] weights = GaussJordan(system);
        double[] all = [1 - weights.Sum(), .. weights];
        return Combine(vectors, all);
    }

    /// <summary>Nash-MTL: each coefficient in turn takes the value that solves its own equation, a_k &lt;g_k, sum_j a_j g_j&gt; = 1.</summary>
    public static double[] Nash(double[][] vectors)
    {
        double[] coefficients = [.. vectors.Select(vector => 1 / VectorTasks.Norm(vector))];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            double moved = 0;
            for (int task = 0; task < vectors.Length; task++)
            {
                double square = VectorTasks.Dot(vectors[task], vectors[task]);
                double rest = VectorTasks.Dot(vectors[task], Combine(vectors, coefficients)) - (coefficients[task] * square);
                double root = Math.Sqrt((rest * rest) + (4 * square));
                double solved = rest < 0 ? (root - rest) / (2 * square) : 2 / (rest + root);
                moved = Math.Max(moved, Math.Abs(solved - coefficients[task]) / solved);
                coefficients[task] = solved;
            }

            if (moved < 1e-15)
            {
                break;
            }
        }

        return Combine(vectors, coefficients);
    }

    /// <summary>The mean of G^-1/2 times the vectors, by Denman's and Beavers' iteration: with a size of 1 for every component.</summary>
    public static double[] AlignedToOne(double[][] vectors)
    {
        int size = vectors.Length;
        double[][] y = [.. vectors.Select(row => vectors.Select(column => VectorTasks.Dot(row, column)).ToArray())];
        double[][] z = Identity(size);
        for (int step = 0; step < 100; step++)
        {
            (y, z) = (Middle(y, Inverse(z)), Middle(z, Inverse(y)));
        }

        return Combine(vectors, [.. Enumerable.Range(0, size).Select(task => z.Average(row => row[task]))]);
    }

    public static double[] Mean(double[][] vectors) => Combine(vectors, [.. vectors.Select(_ => 1.0 / vectors.Length)]);

    public static double[] Combine(double[][] vectors, double[] coefficients) =>
        vectors.Zip(coefficients).Aggregate(new double[vectors[0].Length], (sum, item) => VectorTasks.Add(sum, item.Second, item.First));

    /// <summary>The inverse of a small regular matrix.</summary>
    public static double[][] Inverse(double[][] matrix)
    {
        double[][] columns = [.. Identity(matrix.Length).Select(unit => GaussJordan([.. matrix.Select((row, index) => (double[])[.. row, unit[index]])]))];
        return [.. Enumerable.Range(0, matrix.Length).Select(row => columns.Select(column => column[row]).ToArray())];
    }

    private static double[] OverPairs(double[][] vectors, Func<double[], double[], double, double> step)
    {
        int count = vectors.Length;
        double[] weights = [.. vectors.Select(_ => 1.0 / count)];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            double moved = 0;
            for (int from = 0; from < count; from++)
            {
                for (int to = 0; to < count; to++)
                {
                    double[] direction = VectorTasks.Add(vectors[to], -1, vectors[from]);
                    if (from == to || weights[from] == 0)
                    {
                        continue;
                    }

                    double length = Math.Max(0, step(Combine(vectors, weights), direction, weights[from]));
                    weights[from] -= length;
                    weights[to] += length;
                    moved = Math.Max(moved, length);
                }
            }

            if (moved < 1e-14)
            {
                break;
            }
        }

        return Combine(vectors, weights);
    }

    private static double[][] Identity(int size) =>
        [.. Enumerable.Range(0, size).Select(row => Enumerable.Range(0, size).Select(column => row == column ? 1.0 : 0).ToArray())];

    private static double[][] Middle(double[][] first, double[][] second) =>
        [.. first.Zip(second, (a, b) => a.Zip(b, (x, y) => (x + y) / 2).ToArray())];

    /// <summary>Solves the system whose right side is the last column, with row exchanges.</summary>
    private static double[] GaussJordan(double[][] rows)
    {
        double[][] a = [.. rows.Select(row => (double[])row.Clone())];
        for (int column = 0; column < a.Length; column++)
        {
            int pivot = Enumerable.Range(column, a.Length - column).MaxBy(row => Math.Abs(a[row][column]));
            (a[column], a[pivot]) = (a[pivot], a[column]);
            a[column] = [.. a[column].Select(value => value / a[column][column])];
            for (int row = 0; row < a.Length; row++)
            {
                if (row != column)
                {
                    a[row] = VectorTasks.Add(a[row], -a[row][column], a[column]);
                }
            }
        }

        return [.. a.Select(row => row[^1])];
    }
}
