using MathNet.Numerics;

namespace DriveKD.Evaluation.Statistics;

/// <summary>Student's t distribution, by way of the incomplete beta function.</summary>
public static class StudentT
{
    private const double SmallP = 1e-3;

    /// <summary>How likely a value at least as far from 0 is.</summary>
    /// <param name="t">The value.</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    public static double TwoSidedP(double t, double degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        double squared = t * t;
        double p = 1 - SpecialFunctions.BetaRegularized(0.5, degreesOfFreedom / 2, squared / (degreesOfFreedom + squared));

        // Of a small p, the difference from 1 keeps few digits; from the other side it has them all.
        return p > SmallP ? p : SpecialFunctions.BetaRegularized(degreesOfFreedom / 2, 0.5, degreesOfFreedom / (degreesOfFreedom + squared));
    }

    /// <summary>The value below which the share <paramref name="probability"/> of the distribution lies.</summary>
    /// <param name="probability">Between 0 and 1.</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    public static double Quantile(double probability, double degreesOfFreedom)
    {
        if (!(probability > 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability between 0 and 1 is expected.");
        }

        double tails = 2 * Math.Min(probability, 1 - probability);
        double high = 1;
        while (TwoSidedP(high, degreesOfFreedom) > tails)
        {
            high *= 2;
        }

        // Halving until no double lies between: p falls with t, so nothing can go wrong, and few quantiles are needed.
        double low = 0;
        for (double middle = high / 2; middle > low && middle < high; middle = low + ((high - low) / 2))
        {
            if (TwoSidedP(middle, degreesOfFreedom) > tails)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return probability < 0.5 ? -high : tails == 1 ? 0 : high;
    }
}
