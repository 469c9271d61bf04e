namespace DriveKD.Evaluation.Metrics;

/// <summary>
/// What BLEU needs to know of a pair of texts. The statistics of a corpus are the sums over its pairs, so that BLEU of any choice of
/// pairs, a bootstrap's for instance, is a matter of adding.
/// </summary>
/// <param name="Length">Words of the prediction.</param>
/// <param name="ReferenceLength">Words of the reference.</param>
/// <param name="Correct1">Words of the prediction that the reference holds, each counted at most as often as there.</param>
/// <param name="Correct2">The same of pairs of words.</param>
/// <param name="Correct3">The same of three words.</param>
/// <param name="Correct4">The same of four words.</param>
/// <param name="Guess1">Words of the prediction.</param>
/// <param name="Guess2">Pairs of words of the prediction.</param>
/// <param name="Guess3">The same of three words.</param>
/// <param name="Guess4">The same of four words.</param>
public readonly record struct BleuStatistics(
    long Length,
    long ReferenceLength,
    long Correct1,
    long Correct2,
    long Correct3,
    long Correct4,
    long Guess1,
    long Guess2,
    long Guess3,
    long Guess4)
{
    /// <summary>The longest n-grams that are counted.</summary>
    public const int Orders = 4;

    // The published scorer's own guards against empty counts; every figure contains them.
    private const double Small = 1e-9;
    private const double Tiny = 1e-15;

    /// <summary>The statistics of two corpora taken together.</summary>
    public static BleuStatistics operator +(BleuStatistics a, BleuStatistics b) => new(
        a.Length + b.Length,
        a.ReferenceLength + b.ReferenceLength,
        a.Correct1 + b.Correct1,
        a.Correct2 + b.Correct2,
        a.Correct3 + b.Correct3,
        a.Correct4 + b.Correct4,
        a.Guess1 + b.Guess1,
        a.Guess2 + b.Guess2,
        a.Guess3 + b.Guess3,
        a.Guess4 + b.Guess4);

    /// <summary>BLEU-n, 0..1: the geometric mean of the precisions up to order n, times the brevity factor.</summary>
    /// <param name="order">1 to <see cref="Orders"/>.</param>
    public double Score(int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, Orders);
        double product = 1;
        for (int n = 1; n <= order; n++)
        {
            (long correct, long guess) = n switch
            {
                1 => (Correct1, Guess1),
                2 => (Correct2, Guess2),
                3 => (Correct3, Guess3),
                _ => (Correct4, Guess4),
            };
            product *= (correct + Tiny) / (guess + Small);
        }

        double ratio = (Length + Tiny) / (ReferenceLength + Small);
        double score = Math.Pow(product, 1.0 / order);
        return ratio < 1 ? score * Math.Exp(1 - (1 / ratio)) : score;
    }
}
