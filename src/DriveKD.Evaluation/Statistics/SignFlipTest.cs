using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Statistics;

/// <summary>
/// The sign-flip permutation test of paired differences: where two models are equally good, every difference could as well have come out with
/// the other sign. p is the share of sign choices whose sum is at least as far from 0 as the one seen. It asks no distribution of the
/// differences, only that they are independent of each other: questions of one scene are added up first.
/// </summary>
public static class SignFlipTest
{
    /// <summary>The most differences for which every choice of signs is counted: two halves of 2^18 sums, sorted.</summary>
    public const int MostExact = 36;

    /// <summary>How many random sign choices are drawn beyond, unless asked otherwise.</summary>
    public const int DefaultResamples = 100_000;

    private const int SignsPerTable = 8;

    /// <summary>Sums that differ by less than this share of the sum of sizes are the same sum, added up in another order.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Tests differences.</summary>
    /// <param name="differences">One per independent unit. Without any that is not 0, p is 1.</param>
    /// <param name="seed">Of the random choices beyond <see cref="MostExact"/> differences.</param>
    /// <param name="resamples">How many of them; p is then (1 + as far) / (1 + drawn), so never 0.</param>
    public static PermutationTest Of(IReadOnlyList<double> differences, long seed, int resamples = DefaultResamples)
    {
        Require.Finite(differences);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);

        // Sorted: the order in which questions come is no part of the result, rounding and random signs included.
        double[] values = [.. differences.Where(difference => difference != 0).Order()];
        if (values.Length == 0)
        {
            return new PermutationTest(1, 0, null);
        }

        // Scaled by the largest: sums of huge differences stay finite.
        double largest = values.Max(Math.Abs);
        double[] scaled = [.. values.Select(value => value / largest)];
        double threshold = Math.Abs(scaled.Sum()) - (Rounding * scaled.Sum(Math.Abs));
        return values.Length <= MostExact
            ? new PermutationTest(Exact(scaled, threshold), values.Length, null)
            : new PermutationTest(Sampled(scaled, threshold, seed, resamples), values.Length, resamples);
    }

    private static double Exact(double[] values, double threshold)
    {
        if (threshold <= 0)
        {
            return 1;
        }

        double[] low = SignedSums(values.AsSpan(0, values.Length / 2));
        double[] high = SignedSums(values.AsSpan(values.Length / 2));
        Array.Sort(low);
        Array.Sort(high);

        // Sums come in pairs of both signs: those of one side, twice. Both lists are walked once, the one up and the other down.
        long far = 0;
        int first = high.Length;
        foreach (double sum in low)
        {
            while (first > 0 && sum + high[first - 1] >= threshold)
            {
                first--;
            }

            far += high.Length - first;
        }

        return Math.Min(1, 2.0 * far / Math.ScaleB(1, values.Length));
    }

    private static double Sampled(double[] values, double threshold, long seed, int resamples)
    {
        double[][] tables = [.. values.Chunk(SignsPerTable).Select(chunk => SignedSums(chunk))];
        RandomStream stream = new SeedStreams(seed).Open("sign-flip");
        int far = 0;
        for (int resample = 0; resample < resamples; resample++)
        {
            double sum = 0;
            ulong bits = 0;
            for (int table = 0; table < tables.Length; table++)
            {
                bits = table % (64 / SignsPerTable) == 0 ? stream.NextBits() : bits >> SignsPerTable;
                double[] sums = tables[table];
                sum += sums[(int)(bits & (ulong)(sums.Length - 1))];
            }

            far += Math.Abs(sum) >= threshold ? 1 : 0;
        }

        return (1.0 + far) / (1.0 + resamples);
    }

    /// <summary>The sums of all choices of signs.</summary>
    private static double[] SignedSums(ReadOnlySpan<double> values)
    {
        double[] sums = new double[1 << values.Length];
        for (int value = 0, filled = 1; value < values.Length; value++, filled *= 2)
        {
            for (int i = 0; i < filled; i++)
            {
                sums[filled + i] = sums[i] - values[value];
                sums[i] += values[value];
            }
        }

        return sums;
    }
}
