namespace DriveKD.Distillation.Weighting;

/// <summary>log(1 + e^x) and its inverse without overflow or cancellation; .NET's LogP1 and ExpM1 have both.</summary>
internal static class Softplus
{
    /// <summary>log(1 + e^x).</summary>
    /// <param name="x">Any number; infinity stays.</param>
    public static double Of(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    /// <summary>The derivative of <see cref="Of"/>: the logistic function.</summary>
    /// <param name="x">Any number.</param>
    public static double Slope(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>The x whose softplus is y: y + log(1 - e^-y).</summary>
    /// <param name="y">Above 0.</param>
    public static double Inverse(double y) => y + Math.Log(OneMinusExp(y));

    /// <summary>log(1 + x) for x at least 0: Kahan's correction of the rounding in 1 + x.</summary>
    private static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>1 - e^-y for y above 0, by Kahan's correction where the difference would cancel.</summary>
    private static double OneMinusExp(double y)
    {
        double power = Math.Exp(-y);
        return power switch
        {
            1 => y,
            < 0.5 => 1 - power,
            _ => (power - 1) * (y / Math.Log(power)),
        };
    }
}
