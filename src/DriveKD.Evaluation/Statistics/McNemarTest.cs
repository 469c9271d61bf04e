using MathNet.Numerics;

namespace DriveKD.Evaluation.Statistics;

/// <summary>
/// McNemar's exact test of two models that answered the same questions right or wrong: where they are equally good, each question that only
/// one of them got right is as likely the one's as the other's.
/// </summary>
public static class McNemarTest
{
    /// <summary>The two-sided p value: twice the smaller tail of the binomial distribution with probability 1/2, at most 1.</summary>
    /// <param name="onlyFirstRight">Questions that only the first got right.</param>
    /// <param name="onlySecondRight">Questions that only the second got right. Without any of both, p is 1.</param>
    public static double P(long onlyFirstRight, long onlySecondRight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirstRight);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecondRight);
        long fewer = Math.Min(onlyFirstRight, onlySecondRight);
        long n = checked(onlyFirstRight + onlySecondRight);
        if (2 * fewer == n)
        {
            return 1;
        }

        // The terms relative to the largest, which is the last: the sum keeps its digits where 2^-n is below every double.
        double sum = 1;
        double term = 1;
        for (long k = fewer; k > 0 && term > 1e-20 * sum; k--)
        {
            term *= (double)k / (n - k + 1);
            sum += term;
        }

        double largest = SpecialFunctions.GammaLn(n + 1.0) - SpecialFunctions.GammaLn(fewer + 1.0) - SpecialFunctions.GammaLn(n - fewer + 1.0);
        return Math.Min(1, 2 * sum * Math.Exp(largest - (n * Math.Log(2))));
    }
}
