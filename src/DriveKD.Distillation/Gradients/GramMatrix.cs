using System.Globalization;

namespace DriveKD.Distillation.Gradients;

/// <summary>
/// The inner products of n gradients: a symmetric n x n matrix. Everything that combines gradients is a function of it, so that no
/// method ever touches a gradient itself.
/// </summary>
internal sealed class GramMatrix
{
    /// <summary>How far the two halves may differ, relative to the gradients' norms: the order of summation of float32 products.</summary>
    private const double SymmetryTolerance = 1e-5;

    private readonly double[] _values;

    /// <summary>Takes the inner products; where the two halves differ by rounding, their mean.</summary>
    /// <param name="values">A square of finite numbers, none below 0 on the diagonal.</param>
    /// <exception cref="ArgumentException">The matrix is none of inner products.</exception>
    public GramMatrix(double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Size = values.GetLength(0);
        if (Size == 0 || values.GetLength(1) != Size)
        {
            throw new ArgumentException($"The matrix is {Size} x {values.GetLength(1)}; a square one is expected.", nameof(values));
        }

        _values = new double[Size * Size];
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                Check(values, row, column);
                _values[(row * Size) + column] = row == column ? values[row, row] : (0.5 * values[row, column]) + (0.5 * values[column, row]);
            }
        }
    }

    /// <summary>How many gradients.</summary>
    public int Size { get; }

    /// <summary>The inner product of two gradients.</summary>
    /// <param name="row">The one.</param>
    /// <param name="column">The other.</param>
    public double this[int row, int column] => _values[(row * Size) + column];

    /// <summary>A gradient's Euclidean norm.</summary>
    /// <param name="task">Which.</param>
    public double Norm(int task) => Math.Sqrt(this[task, task]);

    /// <summary>The cosine of the angle between two gradients; 0 where one of them is 0.</summary>
    /// <param name="row">The one.</param>
    /// <param name="column">The other.</param>
    public double Cosine(int row, int column)
    {
        double first = Norm(row);
        double second = Norm(column);
        return first == 0 || second == 0 ? 0 : row == column ? 1 : Math.Clamp(this[row, column] / first / second, -1, 1);
    }

    /// <summary>The Gram matrix of the gradients times these weights: w_i w_j G_ij.</summary>
    /// <param name="weights">One per gradient.</param>
    public GramMatrix Weighted(IReadOnlyList<double> weights)
    {
        CheckLength(weights, nameof(weights));
        return Build(Size, (row, column) => weights[row] * weights[column] * this[row, column]);
    }

    /// <summary>The Gram matrix over both parts of the parameters.</summary>
    /// <param name="other">The same gradients' inner products over other parameters.</param>
    public GramMatrix Plus(GramMatrix other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Size, Size);
        return Build(Size, (row, column) => this[row, column] + other[row, column]);
    }

    /// <summary>The Gram matrix of some of the gradients.</summary>
    /// <param name="tasks">Which, in their new order.</param>
    public GramMatrix Part(IReadOnlyList<int> tasks) => Build(tasks.Count, (row, column) => this[tasks[row], tasks[column]]);

    /// <summary>The inner product of two combinations of the gradients: u^T G v.</summary>
    /// <param name="first">The coefficients of the one.</param>
    /// <param name="second">The coefficients of the other.</param>
    public double Quadratic(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        CheckLength(first, nameof(first));
        double sum = 0;
        double[] products = Times(second);
        for (int task = 0; task < Size; task++)
        {
            sum += first[task] * products[task];
        }

        return sum;
    }

    /// <summary>The inner product of each gradient with a combination: G v.</summary>
    /// <param name="coefficients">The combination.</param>
    public double[] Times(IReadOnlyList<double> coefficients)
    {
        CheckLength(coefficients, nameof(coefficients));
        double[] products = new double[Size];
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                products[row] += this[row, column] * coefficients[column];
            }
        }

        return products;
    }

    /// <summary>The Gram matrix of the gradients scaled to norm 1; rows of zero gradients are 0.</summary>
    public double[,] Cosines()
    {
        double[,] cosines = new double[Size, Size];
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                cosines[row, column] = Cosine(row, column);
            }
        }

        return cosines;
    }

    /// <summary>A matrix of these entries.</summary>
    /// <param name="size">How many gradients.</param>
    /// <param name="value">The inner product of two of them.</param>
    public static GramMatrix Build(int size, Func<int, int, double> value)
    {
        double[,] values = new double[size, size];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                values[row, column] = value(row, column);
            }
        }

        return new GramMatrix(values);
    }

    private static void Check(double[,] values, int row, int column)
    {
        double value = values[row, column];
        if (!double.IsFinite(value) || (row == column && value < 0))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Entry [{row}, {column}] is {value}; finite numbers are expected, none below 0 on the diagonal."),
                nameof(values));
        }

        double scale = Math.Sqrt(Math.Max(0, values[row, row])) * Math.Sqrt(Math.Max(0, values[column, column]));
        if (Math.Abs(value - values[column, row]) > SymmetryTolerance * Math.Max(scale, Math.Abs(value)))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Entry [{row}, {column}] is {value}, but [{column}, {row}] is {values[column, row]}; inner products are symmetric."),
                nameof(values));
        }
    }

    private void CheckLength(IReadOnlyList<double> values, string name)
    {
        if (values.Count != Size)
        {
            throw new ArgumentException($"{values.Count} numbers for {Size} gradients.", name);
        }
    }
}
