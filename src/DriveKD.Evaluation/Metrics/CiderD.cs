namespace DriveKD.Evaluation.Metrics;

/// <summary>
/// CIDEr-D (Vedantam et al. 2015) as the language-evaluation package computes it: raw counts weighted by the logarithm of how few
/// references hold the n-gram, counts clipped at the reference's, and a penalty for another length. Length counts pairs of words, as
/// published.
/// </summary>
internal sealed class CiderD
{
    private const double Sigma = 6;
    private const int LengthOrder = 1;
    private const double Scale = 10;

    // By n-gram number.
    private readonly double[] _weights;

    /// <param name="references">All references of the corpus: they give the document frequencies.</param>
    /// <param name="vocabularySize">Every n-gram number is below this.</param>
    public CiderD(IReadOnlyList<NGramCounts> references, int vocabularySize)
    {
        int[] frequencies = new int[vocabularySize];
        foreach (NGramCounts reference in references)
        {
            for (int order = 0; order < BleuStatistics.Orders; order++)
            {
                foreach (int number in reference.Numbers(order))
                {
                    frequencies[number]++;
                }
            }
        }

        double documents = Math.Log(references.Count);
        _weights = [.. frequencies.Select(frequency => documents - Math.Log(Math.Max(1, frequency)))];
    }

    /// <summary>The score of a pair, 0..10.</summary>
    public double Score(NGramCounts prediction, NGramCounts reference)
    {
        double difference = prediction.Total(LengthOrder) - reference.Total(LengthOrder);
        double penalty = Math.Exp(-(difference * difference) / (2 * Sigma * Sigma));
        double sum = 0;
        for (int order = 0; order < BleuStatistics.Orders; order++)
        {
            double value = Product(prediction, reference, order);
            (double left, double right) = (Norm(prediction, order), Norm(reference, order));
            if (left != 0 && right != 0)
            {
                value /= left * right;
            }

            sum += value * penalty;
        }

        return sum / BleuStatistics.Orders * Scale;
    }

    private double Norm(NGramCounts text, int order)
    {
        double sum = 0;
        (int[] numbers, int[] counts) = (text.Numbers(order), text.Counts(order));
        for (int i = 0; i < numbers.Length; i++)
        {
            double value = counts[i] * _weights[numbers[i]];
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }

    private double Product(NGramCounts prediction, NGramCounts reference, int order)
    {
        (int[] left, int[] leftCounts) = (prediction.Numbers(order), prediction.Counts(order));
        (int[] right, int[] rightCounts) = (reference.Numbers(order), reference.Counts(order));
        (double sum, int l, int r) = (0, 0, 0);
        while (l < left.Length && r < right.Length)
        {
            if (left[l] == right[r])
            {
                double weight = _weights[left[l]];
                sum += Math.Min(leftCounts[l++] * weight, rightCounts[r] * weight) * (rightCounts[r++] * weight);
            }
            else if (left[l] < right[r])
            {
                l++;
            }
            else
            {
                r++;
            }
        }

        return sum;
    }
}
