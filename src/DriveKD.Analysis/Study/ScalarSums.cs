namespace DriveKD.Analysis.Study;

/// <summary>Mean and spread of one number per sample and index, sample after sample (Welford): nothing of a sample is kept.</summary>
internal sealed class ScalarSums(int length)
{
    private readonly double[] _means = new double[length];
    private readonly double[] _squares = new double[length];
    private readonly int[] _counts = new int[length];

    public int Length => _means.Length;

    /// <summary>A sample's numbers; what is no number is left out.</summary>
    public void Add(double[] values)
    {
        for (int i = 0; i < Length; i++)
        {
            if (double.IsFinite(values[i]))
            {
                double before = values[i] - _means[i];
                _means[i] += before / ++_counts[i];
                _squares[i] += before * (values[i] - _means[i]);
            }
        }
    }

    /// <summary>Sums over the samples of several.</summary>
    public static ScalarSums Of(IReadOnlyList<ScalarSums> parts)
    {
        ScalarSums all = new(parts[0].Length);
        foreach (ScalarSums part in parts)
        {
            for (int i = 0; i < all.Length; i++)
            {
                int count = all._counts[i] + part._counts[i];
                if (part._counts[i] > 0)
                {
                    double apart = part._means[i] - all._means[i];
                    all._squares[i] += part._squares[i] + (apart * apart * all._counts[i] * part._counts[i] / count);
                    all._means[i] += apart * part._counts[i] / count;
                    all._counts[i] = count;
                }
            }
        }

        return all;
    }

    /// <summary>Means with t intervals over samples.</summary>
    /// <param name="first">The first index.</param>
    /// <param name="quantile">Student's t by degrees of freedom.</param>
    public IReadOnlyList<CurvePoint> Points(int first, Func<int, double> quantile)
    {
        List<CurvePoint> points = [];
        for (int i = 0; i < Length; i++)
        {
            int count = _counts[i];
            double? half = count < 2 ? null : quantile(count - 1) * Math.Sqrt(_squares[i] / (count - 1) / count);
            if (count > 0)
            {
                points.Add(new CurvePoint(first + i, _means[i], _means[i] - half, _means[i] + half, count));
            }
        }

        return points;
    }
}
