namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// The Poisson distribution of one rate, drawn by inversion. Its probabilities follow from the most likely count by their ratios and
/// are divided by their sum, so that no exponential is needed.
/// </summary>
internal sealed class PoissonTable
{
    // Beyond this many standard deviations a tail is below 2^-53.
    private const double Reach = 12;

    private readonly int _first;
    private readonly double[] _cumulative;
    private readonly int[] _guide;

    /// <summary>Tabulates.</summary>
    /// <param name="rate">Not negative.</param>
    public PoissonTable(double rate)
    {
        int mode = (int)rate;
        int reach = (int)(Reach * (Math.Sqrt(rate) + 1)) + 8;
        _first = Math.Max(mode - reach, 0);
        double[] weights = new double[mode + reach - _first + 1];
        weights[mode - _first] = 1;
        for (int count = mode; count > _first; count--)
        {
            weights[count - 1 - _first] = weights[count - _first] * count / rate;
        }

        for (int count = mode + 1; count - _first < weights.Length; count++)
        {
            weights[count - _first] = weights[count - 1 - _first] * rate / count;
        }

        double sum = 0;
        foreach (double weight in weights)
        {
            sum += weight;
        }

        double below = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            below += weights[i];
            weights[i] = below / sum;
        }

        weights[^1] = 1;
        _cumulative = weights;
        _guide = Guide(weights);
    }

    /// <summary>The count whose share of [0, 1) holds a number.</summary>
    /// <param name="uniform">In [0, 1).</param>
    public int CountAt(double uniform)
    {
        int i = _guide[(int)(uniform * _guide.Length)];
        while (_cumulative[i] <= uniform)
        {
            i++;
        }

        return _first + i;
    }

    // Where the search for a number starts: at the first count that reaches the lower end of its interval.
    private static int[] Guide(double[] cumulative)
    {
        int[] guide = new int[cumulative.Length];
        int i = 0;
        for (int interval = 0; interval < guide.Length; interval++)
        {
            while (cumulative[i] <= (double)interval / guide.Length)
            {
                i++;
            }

            guide[interval] = i;
        }

        return guide;
    }
}
