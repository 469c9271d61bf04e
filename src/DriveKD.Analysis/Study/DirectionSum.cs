namespace DriveKD.Analysis.Study;

/// <summary>The sum of vectors of about length 1: enough for how alike and how spread they are, without the vectors.</summary>
internal sealed class DirectionSum
{
    private double[] _sum = [];
    private double _squares;

    /// <summary>n.</summary>
    public int Count { get; private set; }

    /// <summary>Numbers of a vector; 0 before the first.</summary>
    public int Width => _sum.Length;

    /// <summary>Adds a vector; an empty one stands for none.</summary>
    public void Add(float[] unit)
    {
        if (unit.Length == 0)
        {
            return;
        }

        Fit(unit.Length);
        for (int i = 0; i < unit.Length; i++)
        {
            _sum[i] += unit[i];
            _squares += (double)unit[i] * unit[i];
        }

        Count++;
    }

    /// <summary>The sum over several.</summary>
    public static DirectionSum Of(IReadOnlyList<DirectionSum> parts)
    {
        DirectionSum total = new();
        foreach (DirectionSum part in parts)
        {
            total.Add(part, sign: 1);
        }

        return total;
    }

    /// <summary>What is left without a part of it.</summary>
    public DirectionSum Without(DirectionSum part)
    {
        DirectionSum rest = Of([this]);
        rest.Add(part, sign: -1);
        return rest;
    }

    /// <summary>
    /// The mean cosine over pairs of vectors: (|sum|^2 - n) / (n (n - 1)), with the vectors' own squares in place of n. NaN below two.
    /// </summary>
    public double Similarity() => Count < 2 ? double.NaN : (Dot(this) - _squares) / ((double)Count * (Count - 1));

    /// <summary>1 - the mean cosine to the mean direction, which is |sum| / n. NaN below two.</summary>
    public double Dispersion() => Count < 2 ? double.NaN : 1 - (Math.Sqrt(Dot(this)) / Count);

    /// <summary>The mean cosine over pairs with one vector in each sum, sum sum' / (n n'). NaN where either is empty.</summary>
    public double SimilarityTo(DirectionSum other) =>
        Count == 0 || other.Count == 0 ? double.NaN : Dot(other) / ((double)Count * other.Count);

    private void Add(DirectionSum other, int sign)
    {
        if (other.Count > 0)
        {
            Fit(other.Width);
            for (int i = 0; i < _sum.Length; i++)
            {
                _sum[i] += sign * other._sum[i];
            }

            _squares += sign * other._squares;
            Count += sign * other.Count;
        }
    }

    private double Dot(DirectionSum other)
    {
        double dot = 0;
        for (int i = 0; i < _sum.Length; i++)
        {
            dot += _sum[i] * other._sum[i];
        }

        return dot;
    }

    private void Fit(int width)
    {
        if (_sum.Length == 0)
        {
            _sum = new double[width];
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(width, _sum.Length);
    }
}
